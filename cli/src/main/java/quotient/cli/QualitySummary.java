package quotient.cli;

import com.google.gson.JsonObject;
import java.util.Optional;
import quotient.models.metric.ConformerQuality;

/// The worst bond, contact and angle of many conformers, and how many are sane.
final class QualitySummary {
  private long conformers;
  private long sane;
  private double bond;
  private double contact = Double.POSITIVE_INFINITY;
  private double angle;

  /// Adds one conformer; of unusable coordinates only that they are not sane.
  void add(ConformerQuality quality) {
    conformers++;
    if (!quality.geometry().isFinite()) {
      return;
    }
    sane += quality.isSane() ? 1 : 0;
    widen(
        quality.geometry().bondDeviation(),
        quality.geometry().closestContact(),
        quality.worstAngle());
  }

  /// Adds what {@link #toJson} wrote.
  void add(JsonObject json) {
    conformers += json.get("conformers").getAsLong();
    sane += json.get("sane").getAsLong();
    widen(
        json.get("worst-bond").getAsDouble(),
        json.has("closest-contact")
            ? json.get("closest-contact").getAsDouble()
            : Double.POSITIVE_INFINITY,
        json.get("worst-angle").getAsDouble());
  }

  private void widen(double otherBond, double otherContact, double otherAngle) {
    bond = Math.max(bond, otherBond);
    contact = Math.min(contact, otherContact);
    angle = Math.max(angle, otherAngle);
  }

  /// Empty if there was no conformer.
  Optional<JsonObject> toJson() {
    if (conformers == 0) {
      return Optional.empty();
    }
    JsonObject json = new JsonObject();
    json.addProperty("conformers", conformers);
    json.addProperty("sane", sane);
    json.addProperty("worst-bond", rounded(bond));
    if (contact < Double.POSITIVE_INFINITY) {
      json.addProperty("closest-contact", rounded(contact));
    }
    json.addProperty("worst-angle", rounded(angle));
    return Optional.of(json);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
