package quotient.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import quotient.models.io.FormatException;
import quotient.models.io.Safetensors;
import quotient.models.io.WeightsFile;
import quotient.models.train.EtFlowForward;
import quotient.models.train.ProteinaForward;

/// `quotient forward`: one network call on given arrays.
@Command(
    name = "forward",
    header = "one network call on given arrays, for porting and parity",
    description = {
      "Reads weights and inputs by their names. ET-Flow writes out.v, out.loss, out.l2loss, and with",
      "--gradients also grad.NAME of every weight, grad.pos and grad.l2loss_wrt_v; Proteina writes",
      "out.v, out.x1_pred, out.loss_fm, out.loss, and grad.weights.NAME, grad.v and grad.x_t.",
      "The configuration is the flat map of strings in the weights file's metadata, unless",
      "--config gives it as a JSON object. (For this verb --config holds no options.)",
    },
    footer = {
      "quotient forward --network etflow-so3 --weights small.safetensors --weights-prefix weights. \\",
      "    --inputs small.safetensors --inputs-prefix in. --gradients --out result.safetensors",
    })
final class ForwardCommand implements Callable<Integer>, ConfigFile.OwnConfig {
  private static final List<String> NETWORKS = List.of("etflow-so3", "etflow-o3", "proteina");

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Option(
      names = "--network",
      order = 0,
      required = true,
      paramLabel = "NAME",
      description = "etflow-so3, etflow-o3 or proteina.")
  private String network = "";

  @Option(
      names = "--weights",
      order = 0,
      required = true,
      paramLabel = "FILE",
      description = "Weights by their state-dict names, safetensors.")
  private Path weights = Path.of("");

  @Option(
      names = "--weights-prefix",
      order = 0,
      paramLabel = "TEXT",
      description = "What stands before the names of weights. Default: nothing.")
  private String weightsPrefix = "";

  @Option(
      names = "--inputs",
      order = 0,
      required = true,
      paramLabel = "FILE",
      description = "Input arrays, safetensors.")
  private Path inputs = Path.of("");

  @Option(
      names = "--inputs-prefix",
      order = 0,
      paramLabel = "TEXT",
      description = "What stands before the names of inputs. Default: nothing.")
  private String inputsPrefix = "";

  @Option(names = "--gradients", order = 0, description = "Also write all gradients.")
  private boolean gradients;

  @Option(
      names = "--out",
      order = 0,
      required = true,
      paramLabel = "FILE",
      description = "Where the results go, safetensors.")
  private Path out = Path.of("");

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      if (!NETWORKS.contains(network)) {
        throw new UsageException(
            "--network: expected etflow-so3, etflow-o3 or proteina, found \"" + network + "\"");
      }
      session.requireWritable(out);
      Safetensors parameters = WeightsFile.read(weights);
      Safetensors given = inputs.equals(weights) ? parameters : Safetensors.read(inputs);
      Safetensors result =
          network.equals("proteina") ? proteina(parameters, given) : etFlow(parameters, given);
      if (runtime.dryRun()) {
        session.say("weights, configuration and inputs fit; would write " + out);
        return ExitCode.OK.code();
      }
      result.write(out);
      if (runtime.json()) {
        JsonObject json = new JsonObject();
        json.addProperty("schema", "quotient/forward/1");
        json.addProperty("out", out.toString());
        json.addProperty("tensors", result.names().size());
        json.addProperty("seconds", session.seconds());
        session.printJson(json);
      } else {
        session.say(result.names().size() + " tensors written to " + out);
      }
      return ExitCode.OK.code();
    }
  }

  private Safetensors etFlow(Safetensors parameters, Safetensors given) throws IOException {
    var model =
        EtFlowForward.network(
            EtFlowForward.config(configuration(parameters)), parameters, weightsPrefix);
    return EtFlowForward.run(model, given, inputsPrefix, gradients);
  }

  private Safetensors proteina(Safetensors parameters, Safetensors given) throws IOException {
    var model =
        ProteinaForward.network(
            ProteinaForward.config(configuration(parameters)), parameters, weightsPrefix);
    return ProteinaForward.run(model, given, inputsPrefix, gradients);
  }

  /// The metadata of the weights file, or the JSON object that `--config` names.
  private Map<String, String> configuration(Safetensors parameters) throws IOException {
    Optional<Path> given = runtime.config();
    if (given.isEmpty()) {
      return parameters.metadata();
    }
    try {
      Map<String, String> map = new LinkedHashMap<>();
      for (Map.Entry<String, JsonElement> entry :
          JsonParser.parseString(Files.readString(given.get())).getAsJsonObject().entrySet()) {
        map.put(entry.getKey(), entry.getValue().getAsString());
      }
      return map;
    } catch (JsonParseException | IllegalStateException e) {
      throw new FormatException(given.get() + ": expected a flat JSON object of strings", e);
    }
  }
}
