package quotient.models.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;

/// Sections as the JSON that `report.js` draws. Coordinates become whole thousandths of an ångström.
final class ReportJson {
  private ReportJson() {}

  static JsonObject of(Section section) {
    JsonObject json = new JsonObject();
    json.addProperty("title", section.title());
    json.addProperty("note", section.note());
    switch (section) {
      case Section.Facts facts -> {
        json.addProperty("type", "facts");
        json.addProperty("open", facts.open());
        json.add("values", pairs(facts.values()));
      }
      case Section.Chart chart -> {
        json.addProperty("type", "chart");
        json.addProperty("x", chart.x());
        json.addProperty("y", chart.y());
        json.addProperty("logarithmic", chart.logarithmic());
        JsonArray series = new JsonArray();
        chart.series().forEach(one -> series.add(series(one)));
        json.add("series", series);
      }
      case Section.Table table -> {
        json.addProperty("type", "table");
        json.add("columns", strings(table.columns()));
        JsonArray rows = new JsonArray();
        table.rows().forEach(row -> rows.add(cells(row)));
        json.add("rows", rows);
      }
      case Section.Checks checks -> {
        json.addProperty("type", "checks");
        JsonArray rows = new JsonArray();
        checks.checks().forEach(check -> rows.add(check(check)));
        json.add("checks", rows);
      }
      case Section.Plane plane -> {
        json.addProperty("type", "plane");
        json.addProperty("x", plane.x());
        json.addProperty("y", plane.y());
        JsonArray groups = new JsonArray();
        for (Section.Points points : plane.groups()) {
          JsonObject group = new JsonObject();
          group.addProperty("name", points.name());
          group.addProperty("joined", points.joined());
          group.add("xy", numbers(points.xy()));
          groups.add(group);
        }
        json.add("groups", groups);
      }
      case Section.Picture picture -> {
        json.addProperty("type", "picture");
        json.addProperty("svg", picture.svg());
      }
      case Section.Gallery gallery -> {
        json.addProperty("type", "gallery");
        JsonArray molecules = new JsonArray();
        gallery.molecules().forEach(view -> molecules.add(molecule(view)));
        json.add("molecules", molecules);
      }
    }
    return json;
  }

  private static JsonObject series(Section.Series series) {
    JsonObject json = new JsonObject();
    json.addProperty("name", series.name());
    json.addProperty("line", series.line().name());
    json.add("x", numbers(series.x()));
    json.add("y", numbers(series.y()));
    return json;
  }

  private static JsonObject check(Section.Check check) {
    JsonObject json = new JsonObject();
    json.addProperty("group", check.group());
    json.addProperty("subject", check.subject());
    json.addProperty("statistic", check.statistic());
    json.add("value", number(check.value()));
    json.add("expected", number(check.expected()));
    json.add("limit", number(check.limit()));
    json.addProperty("control", check.control());
    json.addProperty("passed", check.passed());
    return json;
  }

  private static JsonObject molecule(MoleculeView view) {
    JsonObject json = new JsonObject();
    json.addProperty("name", view.name());
    json.add("facts", pairs(view.facts()));
    json.add("symbols", strings(view.symbols()));
    JsonArray bonds = new JsonArray();
    for (int value : view.bonds()) {
      bonds.add(value);
    }
    json.add("bonds", bonds);
    json.addProperty("trace", view.trace());
    JsonArray conformers = new JsonArray();
    for (MoleculeView.Shape shape : view.conformers()) {
      JsonObject one = new JsonObject();
      one.addProperty("label", shape.label());
      one.addProperty("reference", shape.reference());
      one.add("xyz", thousandths(shape.xyz()));
      conformers.add(one);
    }
    json.add("conformers", conformers);
    JsonArray trajectory = new JsonArray();
    for (MoleculeView.Frame frame : view.trajectory()) {
      JsonObject one = new JsonObject();
      one.addProperty("time", frame.time());
      one.add("xyz", thousandths(frame.xyz()));
      trajectory.add(one);
    }
    json.add("trajectory", trajectory);
    return json;
  }

  private static JsonArray pairs(Map<String, String> values) {
    JsonArray array = new JsonArray();
    values.forEach((name, value) -> array.add(strings(List.of(name, value))));
    return array;
  }

  private static JsonArray strings(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }

  private static JsonArray cells(List<Object> row) {
    JsonArray array = new JsonArray();
    for (Object cell : row) {
      if (cell instanceof Number number) {
        array.add(number(number.doubleValue()));
      } else {
        array.add(String.valueOf(cell));
      }
    }
    return array;
  }

  private static JsonArray numbers(double[] values) {
    JsonArray array = new JsonArray(values.length);
    for (double value : values) {
      array.add(number(value));
    }
    return array;
  }

  /// Six significant digits; what is not finite becomes null, a gap in a curve.
  private static JsonElement number(double value) {
    if (!Double.isFinite(value)) {
      return JsonNull.INSTANCE;
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return new JsonPrimitive((long) value);
    }
    return new JsonPrimitive(new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros());
  }

  private static JsonArray thousandths(float[] xyz) {
    JsonArray array = new JsonArray(xyz.length);
    for (float value : xyz) {
      array.add(Math.round(value * 1000));
    }
    return array;
  }
}
