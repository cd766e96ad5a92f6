package quotient.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import quotient.models.backbone.BackboneModel;
import quotient.models.backbone.BackboneSampleSettings;
import quotient.models.backbone.BackboneSampler;
import quotient.models.backbone.FoldChoice;
import quotient.models.io.AtomicFile;
import quotient.models.io.FormatException;
import quotient.models.metric.BackboneStatistics;
import quotient.models.protein.Backbone;
import quotient.models.protein.BackboneWriter;
import quotient.models.report.BackboneView;
import quotient.models.report.HtmlReport;
import quotient.models.report.MoleculeView;
import quotient.models.report.Section;
import quotient.models.train.Lanes;
import quotient.models.train.Provenance;

/// One run of `sample backbone`: draws structures in groups, writes them in order. *Confined.*
final class BackboneRun {
  /// Structures drawn in the report.
  private static final int REPORTED = 60;

  private final Session session;
  private final BackboneModel model;
  private final Optional<BackboneModel> weak;
  private final BackboneSampleSettings settings;
  private final FoldChoice folds;
  private final JsonObject told;
  private final BackboneTarget target;
  private final boolean resume;
  private final List<MoleculeView> views = new ArrayList<>();
  private final List<List<Object>> rows = new ArrayList<>();
  private long written;
  private long failed;
  private long skipped;

  private record Item(int length, int index) {
    String name() {
      return String.format(Locale.ROOT, "L%03d_%04d", length, index + 1);
    }
  }

  BackboneRun(
      Session session,
      BackboneModel model,
      Optional<BackboneModel> weak,
      BackboneSampleSettings settings,
      FoldChoice folds,
      JsonObject told,
      BackboneTarget target,
      boolean resume) {
    this.session = session;
    this.model = model;
    this.weak = weak;
    this.settings = settings;
    this.folds = folds;
    this.told = told;
    this.target = target;
    this.resume = resume;
  }

  /// Makes the structures of all lengths.
  int run(List<Integer> lengths) throws IOException {
    List<Item> items = new ArrayList<>();
    for (int length : lengths) {
      for (int j = 0; j < settings.count(); j++) {
        items.add(new Item(length, j));
      }
    }
    if (session.options().report().isPresent()) {
      session.requireWritable(session.options().report().get());
    }
    if (session.options().dryRun()) {
      return describe(items);
    }
    JsonObject description = model.description();
    if (description.has("licence")) {
      session.say("weights: " + description.get("licence").getAsString());
    }
    return target.isFolder() ? toFolder(items) : toFile(items);
  }

  // ---- a folder ----

  private int toFolder(List<Item> items) throws IOException {
    Path record = target.record().orElseThrow();
    if (Files.exists(record) && resume) {
      requireSame(record);
    } else if (Files.exists(record) && !session.options().overwrite()) {
      throw new FileAlreadyExistsException(record.toString());
    }
    List<Item> missing = new ArrayList<>();
    for (Item item : items) {
      boolean there = Files.exists(target.member(item.name()));
      if (there && resume) {
        skipped++;
      } else if (there && !session.options().overwrite()) {
        throw new FileAlreadyExistsException(target.member(item.name()).toString());
      } else {
        missing.add(item);
      }
    }
    writeRecord(record);
    try (Progress progress = session.progress("sample")) {
      work(
          missing,
          progress,
          (item, backbone) -> {
            try (BackboneWriter writer =
                BackboneWriter.create(target.member(item.name()), target.format(), true)) {
              writer.write(backbone);
              writer.commit();
            }
          });
    } catch (CancellationException e) {
      writeRecord(record);
      session.say("interrupted after " + written + " structures; --resume makes the others");
      return ExitCode.INTERRUPTED.code();
    }
    return finish();
  }

  private void requireSame(Path record) throws IOException {
    JsonObject stored;
    try {
      stored = JsonParser.parseString(Files.readString(record)).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new FormatException(record + ": not a JSON object; remove the folder to start anew", e);
    }
    JsonObject before = stored.getAsJsonObject("settings");
    for (String name : told.keySet()) {
      boolean grows = name.equals("count") || name.equals("length");
      if (!grows && before != null && !told.get(name).equals(before.get(name))) {
        throw new UsageException(
            "--"
                + name
                + ": the structures in "
                + target.path().orElseThrow()
                + " were made with "
                + before.get(name)
                + ", and --resume changes nothing but --length and --count");
      }
    }
  }

  // ---- one file ----

  private int toFile(List<Item> items) throws IOException {
    if (target.isFile()) {
      session.requireWritable(target.path().orElseThrow());
    }
    boolean interrupted = false;
    try (BackboneWriter writer = target.open(session.out(), session.options().overwrite());
        Progress progress = session.progress("sample")) {
      try {
        work(items, progress, (_, backbone) -> writer.write(backbone));
      } catch (CancellationException e) {
        interrupted = true;
      }
      if (written > 0) {
        writer.commit();
      }
    }
    if (target.record().isPresent() && written > 0) {
      writeRecord(target.record().get());
    }
    int code = finish();
    return interrupted ? ExitCode.INTERRUPTED.code() : code;
  }

  // ---- the work ----

  private interface Sink {
    void accept(Item item, Backbone backbone) throws IOException;
  }

  private void work(List<Item> items, Progress progress, Sink sink) throws IOException {
    BackboneSampler sampler = new BackboneSampler(model, weak, new Lanes(session.pool()));
    int most = settings.sliceResidues() * session.options().threads();
    int at = 0;
    while (at < items.size()) {
      session.checkInterrupted();
      int residues = 0;
      int end = at;
      while (end < items.size() && (end == at || residues + items.get(end).length() <= most)) {
        residues += items.get(end++).length();
      }
      List<Item> group = items.subList(at, end);
      double before = session.seconds();
      List<float[]> made =
          sampler.sample(
              group.stream()
                  .map(i ->
                      BackboneSampler.Request.of(settings.seed(), i.length(), i.index(), folds))
                  .toList(),
              settings,
              Optional.empty());
      double seconds = (session.seconds() - before) / group.size();
      for (int k = 0; k < group.size(); k++) {
        take(group.get(k), made.get(k), seconds, sink);
      }
      at = end;
      progress.update(at, items.size(), written + " structures");
    }
  }

  private void take(Item item, float[] alpha, double seconds, Sink sink) throws IOException {
    JsonObject line = new JsonObject();
    line.addProperty("name", item.name());
    line.addProperty("length", item.length());
    boolean finite = true;
    for (float value : alpha) {
      finite &= Math.abs(value) < 990;
    }
    if (finite) {
      Backbone backbone = Backbone.trace(item.name(), alpha);
      BackboneStatistics s = BackboneStatistics.of(alpha);
      sink.accept(item, backbone);
      written++;
      line.addProperty("valid", s.isValid());
      line.addProperty("helix", s.helix());
      line.addProperty("strand", s.strand());
      line.addProperty("gyration", s.gyration());
      rows.add(
          List.of(
              item.name(),
              item.length(),
              s.goodSteps(),
              s.contacts(),
              s.helix(),
              s.strand(),
              s.gyration()));
      if (session.options().report().isPresent() && views.size() < REPORTED) {
        views.add(BackboneView.of(backbone));
      }
    } else {
      failed++;
      line.addProperty("reason", "the sampler left the range of coordinates; use more --steps");
      session.say("failed: " + item.name() + ": " + line.get("reason").getAsString());
    }
    line.addProperty("seconds", Math.round(1e4 * seconds) / 1e4);
    if (session.options().json()) {
      line.addProperty("schema", "quotient/sample-backbone/1");
      session.printJsonLine(line);
    }
  }

  // ---- the end ----

  private int finish() throws IOException {
    target.record().filter(_ -> target.isFolder()).ifPresent(this::writeRecordUnchecked);
    if (session.options().report().isPresent()) {
      writeReport(session.options().report().get());
    }
    session.say(
        String.format(
            Locale.ROOT,
            "%d structures, %d failed%s, %s",
            written,
            failed,
            skipped > 0 ? ", " + skipped + " were there" : "",
            Progress.duration(session.seconds())));
    return failed > 0 ? ExitCode.PARTIAL.code() : ExitCode.OK.code();
  }

  private void writeRecordUnchecked(Path file) {
    try {
      writeRecord(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void writeRecord(Path file) throws IOException {
    JsonObject record = new JsonObject();
    record.addProperty("schema", "quotient/run/1");
    record.addProperty("verb", session.verb());
    record.add("settings", told);
    JsonObject description = model.description();
    record.addProperty(
        "model-data", description.has("data") ? description.get("data").getAsString() : "");
    record.add("provenance", Provenance.current().toJson());
    record.addProperty("cpu", InfoCommand.cpu());
    record.addProperty("threads", session.options().threads());
    record.addProperty("seconds", session.seconds());
    record.addProperty("structures", written + skipped);
    record.addProperty("failed", failed);
    AtomicFile.write(file, (Session.pretty(record) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private int describe(List<Item> items) {
    long residues = items.stream().mapToLong(Item::length).sum();
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/sample-backbone/1");
    json.addProperty("dry-run", true);
    json.addProperty("structures", items.size());
    json.addProperty("residues", residues);
    json.addProperty("residue-evaluations", residues * settings.steps());
    if (session.options().json()) {
      session.printJson(json);
    } else {
      session
          .out()
          .println(
              items.size()
                  + " structures, "
                  + residues
                  + " residues, "
                  + residues * settings.steps()
                  + " residue evaluations of the network");
    }
    return ExitCode.OK.code();
  }

  private void writeReport(Path file) throws IOException {
    HtmlReport report =
        new HtmlReport(
                "Backbones",
                "Made by " + settings.sampler() + " in " + settings.steps() + " steps.")
            .highlight("structures", String.valueOf(written))
            .highlight("failed", String.valueOf(failed))
            .highlight("seed", String.valueOf(settings.seed()));
    if (!views.isEmpty()) {
      report.add(
          new Section.Gallery(
              "Structures",
              "Alpha-carbon traces, drawn as tubes."
                  + (written > REPORTED ? " The first " + REPORTED + " are shown." : ""),
              views));
    }
    report.add(
        new Section.Table(
            "Figures",
            "Good steps: share of consecutive distances within 3.8 ± 0.2 Å. Contacts: other pairs"
                + " below 3 Å.",
            List.of(
                "name", "residues", "good steps", "contacts", "helix", "strand", "gyration [Å]"),
            rows));
    Map<String, String> facts = new LinkedHashMap<>();
    told.asMap().forEach((name, value) -> facts.put(name, value.getAsString()));
    report.add(new Section.Facts("Settings", "", facts, false)).write(file);
  }
}
