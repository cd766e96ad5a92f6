package quotient.models.train;

import com.google.gson.JsonObject;
import java.util.Optional;
import quotient.tensor.Tensors;

/// What a result was made with: code version, run-time, kernels, machine. *Immutable.*
///
/// @param version of this program
/// @param java of the run-time
/// @param kernels name of the kernel set: bits are equal for the same one only
/// @param os name and architecture
/// @param processors available to the run-time
public record Provenance(String version, String java, String kernels, String os, int processors) {

  /// Of this process.
  public static Provenance current() {
    String version =
        Optional.ofNullable(Provenance.class.getModule().getDescriptor())
            .flatMap(d -> d.rawVersion())
            .or(() -> Optional.ofNullable(Provenance.class.getPackage().getImplementationVersion()))
            .orElse("development");
    return new Provenance(
        version,
        Runtime.version().toString(),
        Tensors.kernelName(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
  }

  /// As a JSON object with the components' names.
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("version", version);
    json.addProperty("java", java);
    json.addProperty("kernels", kernels);
    json.addProperty("os", os);
    json.addProperty("processors", processors);
    return json;
  }
}
