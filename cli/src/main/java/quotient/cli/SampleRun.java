package quotient.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import quotient.models.conformer.ConformerModel;
import quotient.models.generate.Conformer;
import quotient.models.generate.ConformerGenerator;
import quotient.models.generate.GenerateSettings;
import quotient.models.generate.Generated;
import quotient.models.generate.MoleculeRequest;
import quotient.models.generate.MoleculeSource;
import quotient.models.io.AtomicFile;
import quotient.models.io.FormatException;
import quotient.models.report.EnsembleView;
import quotient.models.report.HtmlReport;
import quotient.models.report.MoleculeView;
import quotient.models.report.Section;
import quotient.models.sample.SampleSettings;
import quotient.models.train.Lanes;
import quotient.models.train.Provenance;

/// One run of `sample conformer`: takes molecules in groups, writes what comes of them in order, and
/// keeps count. *Confined.*
final class SampleRun {
  /// Atoms times conformers that are worked on together, per thread.
  private static final int GROUP_ATOMS = 1_280;

  /// Molecules drawn in the report.
  private static final int REPORTED = 60;

  private final Session session;
  private final ConformerModel model;
  private final SampleSettings sampling;
  private final Plan plan;
  private final ConformerGenerator generator;
  private final Map<String, Integer> outcomes = new LinkedHashMap<>();
  private final Map<String, Integer> geometries = new LinkedHashMap<>();
  private final QualitySummary quality = new QualitySummary();
  private final List<String> failures = new ArrayList<>();
  private final List<MoleculeView> views = new ArrayList<>();
  private final List<List<Object>> rows = new ArrayList<>();
  private long molecules;
  private long failed;

  /// What a run is to do besides sampling.
  ///
  /// @param target the output file; empty for standard output
  /// @param format of the output
  /// @param failedFile where failures go, if anywhere
  /// @param noViewer whether the report does without the molecule viewer
  /// @param perReference conformers per reference conformer, in place of a fixed number
  /// @param failFast whether the first failure ends the run
  /// @param resume whether to go on with an earlier run's journal
  /// @param settings what the run was told, for its records
  record Plan(
      Optional<Path> target,
      StructureFormat format,
      Optional<Path> failedFile,
      boolean noViewer,
      Optional<Integer> perReference,
      boolean failFast,
      boolean resume,
      JsonObject settings) {}

  SampleRun(
      Session session,
      ConformerModel model,
      SampleSettings sampling,
      GenerateSettings settings,
      Plan plan) {
    this.session = session;
    this.model = model;
    this.sampling = sampling;
    this.plan = plan;
    this.generator = new ConformerGenerator(model, new Lanes(session.pool()), sampling, settings);
  }

  /// Works through the source.
  int run(MoleculeSource source) throws IOException {
    for (Optional<Path> file : List.of(plan.target, plan.failedFile, session.options().report())) {
      if (file.isPresent()) {
        session.requireWritable(file.get());
      }
    }
    if (session.options().dryRun()) {
      return describe(source);
    }
    announceLicence();
    boolean interrupted = false;
    try (ConformerOutput out = openOutput();
        Progress progress = session.progress("sample")) {
      Optional<Journal> journal =
          plan.target.isPresent()
              ? Optional.of(Journal.open(plan.target.get(), plan.settings, plan.resume))
              : Optional.empty();
      try {
        work(source, out, journal, progress);
      } catch (CancellationException e) {
        interrupted = true;
      } finally {
        if (molecules == 0 && journal.isPresent()) {
          journal.get().remove();
        }
      }
      progress.clear();
      if (interrupted && journal.isPresent()) {
        journal.get().close();
        session.say("interrupted; --resume goes on after " + molecules + " molecules");
        return ExitCode.INTERRUPTED.code();
      }
      finish(out, journal);
    }
    return interrupted
        ? ExitCode.INTERRUPTED.code()
        : failed > 0 ? ExitCode.PARTIAL.code() : ExitCode.OK.code();
  }

  private ConformerOutput openOutput() throws IOException {
    Map<String, String> constant = new LinkedHashMap<>();
    constant.put("SEED", String.valueOf(sampling.seed()));
    constant.put("MODEL", plan.settings.get("model").getAsString());
    constant.put("SAMPLER", sampling.sampler());
    constant.put("STEPS", String.valueOf(sampling.steps()));
    return ConformerOutput.open(
        plan.target, session.out(), session.options().overwrite(), plan.format, constant);
  }

  private void announceLicence() {
    JsonObject description = model.description();
    if (description.has("licence")) {
      session.say("weights: " + description.get("licence").getAsString());
    }
  }

  // ---- the loop ----

  private void work(
      MoleculeSource source, ConformerOutput out, Optional<Journal> journal, Progress progress)
      throws IOException {
    List<JsonObject> done = journal.map(Journal::finished).orElse(List.of());
    for (JsonObject line : done) {
      if (source.next().isEmpty()) {
        throw new FormatException("the journal holds more molecules than the input");
      }
      replay(line, out);
    }
    List<MoleculeSource.Entry> group = new ArrayList<>();
    long filled = 0;
    while (true) {
      session.checkInterrupted();
      Optional<MoleculeSource.Entry> next = source.next();
      if (next.isPresent()) {
        group.add(next.get());
        filled +=
            next.get().request().map(r -> (long) r.molecule().atomCount() * count(r)).orElse(0L);
      }
      boolean full = filled >= (long) GROUP_ATOMS * session.options().threads();
      if (!group.isEmpty() && (full || next.isEmpty() || plan.failFast)) {
        sample(group, out, journal);
        group.clear();
        filled = 0;
        progress.update(molecules, 0, out.written() + " conformers, " + failed + " failed");
      }
      if (next.isEmpty() || (plan.failFast && failed > 0)) {
        break;
      }
    }
    if (molecules == 0) {
      throw new FormatException("the input holds no molecule");
    }
  }

  private int count(MoleculeRequest request) {
    return plan.perReference
        .map(k -> k * Math.max(1, request.references()))
        .orElse(sampling.count());
  }

  private void sample(
      List<MoleculeSource.Entry> group, ConformerOutput out, Optional<Journal> journal)
      throws IOException {
    double before = session.seconds();
    List<MoleculeRequest> requests =
        group.stream().flatMap(entry -> entry.request().stream()).toList();
    List<Generated> made = generator.generate(requests, this::count);
    double seconds = (session.seconds() - before) / Math.max(1, made.size());
    int used = 0;
    for (MoleculeSource.Entry entry : group) {
      JsonObject line = new JsonObject();
      line.addProperty("name", entry.name());
      if (entry.request().isEmpty()) {
        line.addProperty("input", entry.text());
        line.addProperty("reason", entry.reason());
      } else {
        describe(made.get(used++), seconds, out, line);
      }
      if (journal.isPresent()) {
        journal.get().write(line);
      }
      replay(line, out);
    }
  }

  private void describe(Generated made, double seconds, ConformerOutput out, JsonObject line)
      throws IOException {
    line.addProperty("input", made.request().text());
    line.addProperty("atoms", made.request().molecule().atomCount());
    line.addProperty("asked", made.asked());
    line.addProperty("made", made.conformers().size());
    JsonObject stereo = new JsonObject();
    for (Conformer.Stereo outcome : Conformer.Stereo.values()) {
      if (made.count(outcome) > 0) {
        stereo.addProperty(outcome.label(), made.count(outcome));
      }
    }
    line.add("stereo", stereo);
    JsonObject geometry = new JsonObject();
    for (Conformer.Geometry outcome : Conformer.Geometry.values()) {
      if (made.count(outcome) > 0) {
        geometry.addProperty(outcome.label(), made.count(outcome));
      }
    }
    line.add("geometry", geometry);
    QualitySummary quality = new QualitySummary();
    made.conformers().forEach(c -> c.quality().ifPresent(quality::add));
    quality.toJson().ifPresent(json -> line.add("quality", json));
    made.note().ifPresent(note -> line.addProperty("note", note));
    made.failure().ifPresent(reason -> line.addProperty("reason", reason));
    line.addProperty("seconds", Math.round(1e4 * seconds) / 1e4);
    line.addProperty("output", out.text(made));
    if (session.options().report().isPresent()
        && views.size() < REPORTED
        && !made.conformers().isEmpty()) {
      views.add(view(made));
    }
  }

  /// Counts and writes one finished molecule, now or from the journal of an earlier run.
  private void replay(JsonObject line, ConformerOutput out) throws IOException {
    molecules++;
    int made = line.has("made") ? line.get("made").getAsInt() : 0;
    if (line.has("output")) {
      out.append(line.get("output").getAsString(), made);
    }
    if (line.has("stereo")) {
      line.getAsJsonObject("stereo")
          .asMap()
          .forEach((outcome, n) -> outcomes.merge(outcome, n.getAsInt(), Integer::sum));
    }
    if (line.has("geometry")) {
      line.getAsJsonObject("geometry")
          .asMap()
          .forEach((outcome, n) -> geometries.merge(outcome, n.getAsInt(), Integer::sum));
    }
    if (line.has("quality")) {
      quality.add(line.getAsJsonObject("quality"));
    }
    String name = line.get("name").getAsString();
    if (line.has("reason")) {
      failed++;
      String reason = line.get("reason").getAsString();
      failures.add(line.get("input").getAsString() + " " + name + "\t" + reason);
      session.say("failed: " + name + ": " + reason);
    }
    rows.add(
        List.of(
            name,
            line.has("atoms") ? line.get("atoms").getAsInt() : "",
            made,
            line.has("seconds") ? line.get("seconds").getAsDouble() : "",
            line.has("reason") ? line.get("reason").getAsString() : "ok"));
    if (session.options().json()) {
      JsonObject shown = line.deepCopy();
      shown.remove("output");
      shown.addProperty("schema", "quotient/sample/1");
      session.printJsonLine(shown);
    }
  }

  // ---- the end ----

  private void finish(ConformerOutput out, Optional<Journal> journal) throws IOException {
    if (out.written() > 0) {
      out.commit();
    }
    if (plan.failedFile.isPresent()) {
      String text = failures.isEmpty() ? "" : String.join("\n", failures) + "\n";
      AtomicFile.write(plan.failedFile.get(), text.getBytes(StandardCharsets.UTF_8));
    }
    JsonObject record = record(out);
    if (plan.target.isPresent() && out.written() > 0) {
      Path file = plan.target.get();
      AtomicFile.write(
          file.resolveSibling(file.getFileName() + ".run.json"),
          (Session.pretty(record) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    if (journal.isPresent()) {
      journal.get().remove();
    }
    if (session.options().report().isPresent()) {
      writeReport(session.options().report().get(), out);
    }
    session.say(
        String.format(
            Locale.ROOT,
            "%d conformers of %d molecules, %d failed, %s%s%s",
            out.written(),
            molecules - failed,
            failed,
            Progress.duration(session.seconds()),
            outcomes.isEmpty() ? "" : "; stereo " + outcomes,
            geometries.isEmpty() ? "" : "; geometry " + geometries));
  }

  private JsonObject record(ConformerOutput out) throws IOException {
    JsonObject record = new JsonObject();
    record.addProperty("schema", "quotient/run/1");
    record.addProperty("verb", session.verb());
    record.add("settings", plan.settings);
    record.addProperty("model-hash", model.fingerprint());
    record.addProperty("model-data", text(model.description(), "data"));
    if (model.description().has("card")) {
      record.add("model-card", model.description().get("card"));
    }
    record.add("provenance", Provenance.current().toJson());
    record.addProperty("cpu", InfoCommand.cpu());
    record.addProperty("threads", session.options().threads());
    record.addProperty("seconds", session.seconds());
    record.addProperty("molecules", molecules);
    record.addProperty("failed", failed);
    record.addProperty("conformers", out.written());
    JsonObject stereo = new JsonObject();
    outcomes.forEach(stereo::addProperty);
    record.add("stereo", stereo);
    JsonObject geometry = new JsonObject();
    geometries.forEach(geometry::addProperty);
    record.add("geometry", geometry);
    quality.toJson().ifPresent(json -> record.add("quality", json));
    return record;
  }

  private static String text(JsonObject json, String key) {
    return json.has(key) ? json.get(key).getAsString() : "";
  }

  private int describe(MoleculeSource source) throws IOException {
    long entries = 0;
    long broken = 0;
    long conformers = 0;
    long atoms = 0;
    for (Optional<MoleculeSource.Entry> e = source.next(); e.isPresent(); e = source.next()) {
      entries++;
      if (e.get().request().isPresent()) {
        MoleculeRequest request = e.get().request().get();
        conformers += count(request);
        atoms += (long) count(request) * request.molecule().atomCount();
      } else {
        broken++;
      }
    }
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/sample/1");
    json.addProperty("dry-run", true);
    json.addProperty("molecules", entries);
    json.addProperty("unreadable", broken);
    json.addProperty("conformers", conformers);
    json.addProperty("atom-evaluations", atoms * sampling.steps());
    if (session.options().json()) {
      session.printJson(json);
    } else {
      session
          .out()
          .println(
              entries
                  + " molecules ("
                  + broken
                  + " unreadable), "
                  + conformers
                  + " conformers, "
                  + atoms * sampling.steps()
                  + " atom evaluations of the network");
    }
    return ExitCode.OK.code();
  }

  // ---- the report ----

  private static MoleculeView view(Generated made) {
    EnsembleView view = new EnsembleView(made.request().molecule());
    for (int k = 0; k < made.conformers().size(); k++) {
      view.add("conformer " + (k + 1), false, made.conformers().get(k).xyz());
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("conformers", String.valueOf(made.conformers().size()));
    facts.put("formula", made.request().molecule().formula());
    made.request().molecule().smiles().ifPresent(smiles -> facts.put("SMILES", smiles));
    return view.build(made.request().name(), facts);
  }

  private void writeReport(Path file, ConformerOutput out) throws IOException {
    HtmlReport report =
        new HtmlReport(
            "Conformers", "Made by " + sampling.sampler() + " in " + sampling.steps() + " steps.");
    report
        .highlight("conformers", String.valueOf(out.written()))
        .highlight("molecules", String.valueOf(molecules))
        .highlight("failed", String.valueOf(failed))
        .highlight("seed", String.valueOf(sampling.seed()))
        .highlight("time", Progress.duration(session.seconds()));
    if (!views.isEmpty()) {
      report.add(
          new Section.Gallery(
              "Molecules",
              "Heavy atoms superposed on the first conformer."
                  + (molecules > REPORTED ? " The first " + REPORTED + " are shown." : ""),
              views));
    }
    report.add(
        new Section.Table(
            "Outcomes", "", List.of("name", "atoms", "conformers", "seconds", "outcome"), rows));
    Map<String, String> settings = new LinkedHashMap<>();
    plan.settings.asMap().forEach((name, value) -> settings.put(name, value.getAsString()));
    Provenance.current()
        .toJson()
        .asMap()
        .forEach((name, value) -> settings.put(name, value.getAsString()));
    report.add(new Section.Facts("Settings", "What it takes to make this again.", settings, true));
    if (plan.noViewer) {
      report.withoutViewer();
    }
    report.write(file);
  }
}
