package quotient.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import quotient.models.backbone.BackboneModel;
import quotient.models.conformer.ConformerFlow;
import quotient.models.conformer.ConformerModel;
import quotient.models.conformer.SelfTest;
import quotient.models.data.ConformerDataset;
import quotient.models.io.Safetensors;
import quotient.models.molecule.Chemistry;
import quotient.models.report.HtmlReport;
import quotient.models.report.Section;
import quotient.models.sample.FlowMeasure;
import quotient.models.train.Checkpoint;
import quotient.models.train.Lanes;
import quotient.models.train.RunDirectory;
import quotient.tensor.Tensors;
import quotient.tensor.random.RandomKey;

/// `quotient info`: what this process runs on, or what a model is and can do.
@Command(
    name = "info",
    header = "what the program runs on, or what a model is and can do",
    footer = {
      "quotient info",
      "quotient info pretrained",
      "quotient info pretrained-backbone",
      "quotient info runs/first --flow",
      "quotient info --self-test",
    })
final class InfoCommand implements Callable<Integer> {
  private static final int FLOW_MOLECULES = 20;
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A run directory, a model file, or a model in the program: pretrained for conformers,"
              + " pretrained-backbone for backbones. Without it, the run-time is described.")
  private Optional<Path> model = Optional.empty();

  @Option(
      names = "--self-test",
      order = 0,
      description =
          "Check gradients, symmetry, orders of the solvers and bits; exit code 6 if one fails.")
  private boolean selfTest;

  @Option(
      names = "--flow",
      order = 0,
      description =
          "Measure the paths of a conformer model's ODE on the held-out molecules inside the program:"
              + " length and energy with and without projection, and the vertical share of its"
              + " output.")
  private boolean flow;

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      boolean backbone = model.isPresent() && isBackbone(model.get());
      Optional<ConformerModel> read =
          model.isPresent() && !backbone ? Optional.of(ModelFile.read(model)) : Optional.empty();
      JsonObject info = new JsonObject();
      info.addProperty("schema", "quotient/info/1");
      if (read.isPresent()) {
        info.add("model", model(read.get()));
      } else if (backbone) {
        info.add("model", model(ModelFile.readBackbone(model)));
      } else {
        process(session, info);
      }
      if (flow) {
        info.add("flow", flow(session, read));
      }
      List<SelfTest.Row> rows = selfTest ? test(read) : List.of();
      if (selfTest) {
        info.add("self-test", json(rows));
      }
      if (runtime.json()) {
        session.printJson(info);
      } else {
        print(session, info, rows);
      }
      if (runtime.report().isPresent()) {
        session.requireWritable(runtime.report().get());
        report(info, rows).write(runtime.report().get());
      }
      return rows.stream().allMatch(SelfTest.Row::passed)
          ? ExitCode.OK.code()
          : ExitCode.VERIFICATION.code();
    }
  }

  // ---- facts ----

  private static void process(Session session, JsonObject info) throws IOException {
    info.addProperty("version", Version.text());
    info.addProperty("jdk", Version.jdk());
    info.addProperty("kernels", Tensors.kernelName());
    info.addProperty("lanes", Tensors.kernelLanes());
    info.addProperty("threads", session.options().threads());
    info.addProperty("processors", Runtime.getRuntime().availableProcessors());
    info.addProperty("heap_limit_bytes", Runtime.getRuntime().maxMemory());
    info.addProperty("chemistry", chemistry());
    info.addProperty("pretrained", pretrained());
    info.addProperty("cpu", cpu());
    info.addProperty(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
  }

  private static String chemistry() {
    try {
      return Chemistry.provider().getClass().getName();
    } catch (IllegalStateException e) {
      return "none (SDF only, no SMILES)";
    }
  }

  private static String pretrained() {
    return ModelFile.isThere(ConformerModel.KIND)
        ? "yes ('quotient info pretrained' and '... " + ModelFile.BACKBONE + "' show their cards)"
        : "none (sample needs --model)";
  }

  /// The processor's name where the system tells it, else its architecture.
  static String cpu() throws IOException {
    if (Files.isReadable(CPU_INFO)) {
      try (Stream<String> lines = Files.lines(CPU_INFO)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      }
    }
    return System.getProperty("os.arch");
  }

  private static JsonObject model(ConformerModel model) {
    JsonObject json = model.description();
    json.addProperty("parameters", model.network().parameters().count());
    json.addProperty("fingerprint", model.fingerprint());
    return json;
  }

  private static JsonObject model(BackboneModel model) {
    JsonObject json = model.description();
    json.addProperty("parameters", model.network().parameters().count());
    return json;
  }

  /// Whether a model file, or the best model of a run directory, says that it makes backbones.
  private static boolean isBackbone(Path path) throws IOException {
    if (ModelFile.isShippedBackbone(path)) {
      return true;
    }
    Path file = Files.isDirectory(path) ? new RunDirectory(path).best() : path;
    if (ModelFile.isShipped(Optional.of(path)) || !Files.exists(file)) {
      return false;
    }
    JsonObject header = Checkpoint.header(Safetensors.read(file), file.toString());
    return header.has("kind") && header.get("kind").getAsString().equals(BackboneModel.KIND);
  }

  private static JsonObject flow(Session session, Optional<ConformerModel> model)
      throws IOException {
    if (model.isEmpty()) {
      throw new UsageException(
          "--flow: measures a conformer model; give a run directory or a model file");
    }
    ConformerDataset held = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
    ConformerFlow found =
        ConformerFlow.of(
            model.get(),
            held,
            FLOW_MOLECULES,
            new Lanes(session.pool()),
            RandomKey.of(session.seed()).child("flow"));
    JsonObject json = new JsonObject();
    json.addProperty("molecules", found.molecules());
    json.add("quotient", json(found.quotient()));
    json.add("conventional", json(found.conventional()));
    return json;
  }

  private static JsonObject json(FlowMeasure measure) {
    JsonObject json = new JsonObject();
    json.addProperty("length", measure.length());
    json.addProperty("energy", measure.energy());
    json.addProperty("vertical_share", measure.verticalShare());
    return json;
  }

  private static List<SelfTest.Row> test(Optional<ConformerModel> model) throws IOException {
    return model.isPresent() ? SelfTest.run(model.get()) : SelfTest.run();
  }

  private static JsonArray json(List<SelfTest.Row> rows) {
    JsonArray array = new JsonArray();
    for (SelfTest.Row row : rows) {
      JsonObject one = new JsonObject();
      one.addProperty("name", row.name());
      one.addProperty("value", row.value());
      one.addProperty("limit", row.limit());
      one.addProperty("passed", row.passed());
      array.add(one);
    }
    return array;
  }

  // ---- output ----

  /// Names and values without nesting: objects give `outer.inner`, lists their elements.
  private static Map<String, String> flat(JsonObject info) {
    Map<String, String> values = new LinkedHashMap<>();
    info.asMap().forEach((name, value) -> flatten(name, value, values));
    values.remove("schema");
    return values;
  }

  private static void flatten(String name, JsonElement value, Map<String, String> values) {
    if (value.isJsonObject()) {
      value
          .getAsJsonObject()
          .asMap()
          .forEach(
              (inner, v) -> flatten(name.equals("model") ? inner : name + "." + inner, v, values));
    } else if (value.isJsonArray()) {
      if (!name.equals("self-test")) {
        values.put(
            name,
            String.join(
                ", ",
                value.getAsJsonArray().asList().stream()
                    .map(e -> e.isJsonPrimitive() ? e.getAsString() : e.toString())
                    .toList()));
      }
    } else {
      values.put(name, value.getAsString());
    }
  }

  private static void print(Session session, JsonObject info, List<SelfTest.Row> rows) {
    Map<String, String> values = flat(info);
    int width = values.keySet().stream().mapToInt(String::length).max().orElse(0) + 2;
    values.forEach(
        (name, value) -> session.out().printf(Locale.ROOT, "%-" + width + "s%s%n", name, value));
    for (SelfTest.Row row : rows) {
      session
          .out()
          .printf(
              Locale.ROOT,
              "%-6s %-48s %9.2e  (limit %.0e)%n",
              row.passed() ? "ok" : "FAILED",
              row.name(),
              row.value(),
              row.limit());
    }
  }

  private static HtmlReport report(JsonObject info, List<SelfTest.Row> rows) {
    HtmlReport page = new HtmlReport("Info", "What the program runs on, or what a model is.");
    page.add(new Section.Facts("Facts", "", flat(info), true));
    if (!rows.isEmpty()) {
      page.add(
          new Section.Table(
              "Self-test",
              "",
              List.of("check", "value", "limit", "verdict"),
              rows.stream()
                  .<List<Object>>map(
                      r -> List.of(r.name(), r.value(), r.limit(), r.passed() ? "ok" : "failed"))
                  .toList()));
    }
    return page;
  }
}
