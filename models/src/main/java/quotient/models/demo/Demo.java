package quotient.models.demo;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import quotient.models.conformer.ConformerModel;
import quotient.models.conformer.ConformerTask;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.generate.Conformer;
import quotient.models.generate.Generated;
import quotient.models.generate.MoleculeRequest;
import quotient.models.io.AtomicFile;
import quotient.models.io.RecordJson;
import quotient.models.metric.ConformerEnsemble;
import quotient.models.metric.ConformerEvaluation;
import quotient.models.metric.Coverage;
import quotient.models.metric.EvaluationReport;
import quotient.models.molecule.SdfRecord;
import quotient.models.molecule.SdfWriter;
import quotient.models.report.EnsembleView;
import quotient.models.report.HtmlReport;
import quotient.models.report.MoleculeView;
import quotient.models.report.Section;
import quotient.models.train.Lanes;
import quotient.models.train.Provenance;
import quotient.models.train.RunDirectory;
import quotient.models.train.RunReport;
import quotient.models.train.Trainer;
import quotient.models.verify.Row;
import quotient.models.verify.Verification;
import quotient.models.verify.VerificationReport;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// Trains a small model on the embedded molecules, samples molecules it has not seen, judges the
/// samples against known conformers, verifies the samplers, and explains it all on one page.
///
/// Writes `run`, `samples.sdf`, `evaluation.json` and `report.html` into its folder. The result
/// depends on the settings alone, not on the number of threads. *Confined.*
public final class Demo {
  private static final double THRESHOLD = 0.5;

  /// Molecules shown on the page.
  private static final int SHOWN = 40;

  private final DemoSettings settings;
  private final WorkerPool pool;
  private final Lanes lanes;
  private final Path folder;
  private final Listener listener;
  private final RunDirectory run;

  /// @param folder where everything is written; made if it does not exist
  public Demo(DemoSettings settings, WorkerPool pool, Path folder, Listener listener) {
    this.settings = settings;
    this.pool = pool;
    this.lanes = new Lanes(pool);
    this.folder = folder;
    this.listener = listener;
    this.run = new RunDirectory(folder.resolve("run"));
  }

  /// Told of progress, on the calling thread.
  public interface Listener extends Trainer.Listener {
    /// A part begins.
    void onPart(String name);

    /// A part is that far.
    void onProgress(long done, long all, String note);
  }

  /// What came out.
  ///
  /// @param evaluations of the trained network, the untrained one, and the prior
  /// @param verification rows of the verified samplers
  public record Result(Map<String, ConformerEvaluation> evaluations, List<Row> verification) {}

  /// The page.
  public Path report() {
    return folder.resolve("report.html");
  }

  /// The samples of the trained network.
  public Path samples() {
    return folder.resolve("samples.sdf");
  }

  /// The figures.
  public Path evaluation() {
    return folder.resolve("evaluation.json");
  }

  /// Goes round the whole loop.
  ///
  /// @throws CancellationException if the calling thread is interrupted
  public Result run() throws IOException {
    Files.createDirectories(folder);
    ConformerDataset training = ConformerDataset.embedded(ConformerDataset.Embedded.TRAIN);
    ConformerDataset heldOut = ConformerDataset.embedded(ConformerDataset.Embedded.HELD_OUT);
    List<ConformerSet> judged =
        heldOut.molecules().subList(0, Math.min(settings.molecules(), heldOut.size()));
    train(training);
    List<MoleculeRequest> requests = SampledSet.requests(judged, settings.training().seed());
    listener.onPart("sampling " + judged.size() + " molecules that were not trained on");
    SampledSet trained = draw(ConformerModel.read(folder.resolve("run")), requests, "trained");
    writeSamples(trained);
    SampledSet untrained = draw(create(training), requests, "untrained");
    listener.onPart("judging the samples against known conformers");
    List<ConformerEnsemble> known = known(judged, requests);
    Map<String, ConformerEvaluation> evaluations = new LinkedHashMap<>();
    evaluations.put("trained network", evaluate(known, trained.records()));
    evaluations.put("untrained network", evaluate(known, untrained.records()));
    evaluations.put("prior", evaluate(known, trained.startRecords()));
    writeEvaluation(evaluations);
    listener.onPart("verifying the samplers");
    List<Row> rows =
        Verification.run(
            new Verification.Settings(
                settings.verifySpace(), settings.verifySamples(), settings.training().seed()),
            pool,
            (done, all, next) -> {
              requireUninterrupted();
              listener.onProgress(done, all, next);
            });
    Result result = new Result(evaluations, rows);
    listener.onPart("writing the report");
    page(result, judged, trained).write(report());
    return result;
  }

  private static void requireUninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the demonstration was interrupted");
    }
  }

  // ---- the parts ----

  private ConformerModel create(ConformerDataset training) {
    RandomKey key = RandomKey.of(settings.training().seed()).child("weights");
    return ConformerModel.create(settings.model(), key, training);
  }

  private void train(ConformerDataset training) throws IOException {
    ConformerDataset.Split split = training.split();
    ConformerModel model = create(split.training());
    listener.onPart(
        String.format(
            Locale.ROOT,
            "training %,d weights on %d molecules",
            model.network().parameters().count(),
            split.training().size()));
    run.clear();
    run.create();
    JsonObject config = new JsonObject();
    config.addProperty("schema", "quotient/run/1");
    config.addProperty("verb", "demo");
    JsonObject values = RecordJson.toJson(settings.model());
    RecordJson.toJson(settings.training()).asMap().forEach(values::add);
    values.remove("max-minutes");
    config.add("settings", values);
    config.add("provenance", Provenance.current().toJson());
    run.writeConfig(config);
    Trainer trainer =
        new Trainer(
            new ConformerTask(model, split.training(), split.validation()),
            settings.training(),
            run,
            model.description(),
            lanes);
    if (trainer.run(listener) == Trainer.Outcome.INTERRUPTED) {
      throw new CancellationException("the demonstration was interrupted");
    }
    RunReport.of(run).write(run.report());
  }

  private SampledSet draw(ConformerModel model, List<MoleculeRequest> requests, String which) {
    requireUninterrupted();
    listener.onProgress(0, 0, which + " network");
    return SampledSet.draw(model, lanes, settings.sampling(), requests, settings.perReference());
  }

  private void writeSamples(SampledSet set) throws IOException {
    try (SdfWriter writer = SdfWriter.create(samples(), true)) {
      for (Generated made : set.generated()) {
        for (int k = 0; k < made.conformers().size(); k++) {
          Map<String, String> items = new LinkedHashMap<>(made.request().items());
          items.put("CONFORMER", (k + 1) + " of " + made.conformers().size());
          items.put("SEED", String.valueOf(settings.training().seed()));
          items.put("SAMPLER", settings.sampling().sampler());
          items.put("STEPS", String.valueOf(settings.sampling().steps()));
          items.put("STEREO", made.conformers().get(k).stereo().label());
          writer.write(
              made.request().molecule().withTitle(made.request().name()),
              made.conformers().get(k).xyz(),
              0,
              items);
        }
      }
      writer.commit();
    }
  }

  private static List<ConformerEnsemble> known(
      List<ConformerSet> sets, List<MoleculeRequest> requests) {
    List<SdfRecord> records = new ArrayList<>();
    for (int m = 0; m < sets.size(); m++) {
      for (float[] conformer : sets.get(m).conformers()) {
        records.add(SdfRecord.of(requests.get(m).molecule(), conformer));
      }
    }
    return ConformerEnsemble.of(records);
  }

  private ConformerEvaluation evaluate(List<ConformerEnsemble> known, List<SdfRecord> made) {
    requireUninterrupted();
    return ConformerEvaluation.of(
        known,
        ConformerEnsemble.of(made),
        new ConformerEvaluation.Settings(THRESHOLD, settings.perReference(), 3),
        pool);
  }

  private void writeEvaluation(Map<String, ConformerEvaluation> evaluations) throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/demo/1");
    json.addProperty("seed", settings.training().seed());
    json.addProperty("training-steps", settings.training().steps());
    json.addProperty("sampling-steps", settings.sampling().steps());
    json.addProperty("stereo", "repaired by mirroring and sampling again; the prior is as drawn");
    evaluations.forEach((name, e) -> json.add(name.replace(" network", ""), e.toJson()));
    AtomicFile.write(evaluation(), (json + "\n").getBytes(StandardCharsets.UTF_8));
  }

  // ---- the page ----

  private HtmlReport page(Result result, List<ConformerSet> judged, SampledSet trained)
      throws IOException {
    ConformerEvaluation best = result.evaluations().get("trained network");
    if (best == null) {
      throw new IllegalStateException("demo: the trained network was not judged");
    }
    HtmlReport page =
        new HtmlReport(
            "Demonstration",
            "A small network was trained on the molecules inside the program and then asked for"
                + " conformers of others. Everything here was computed in one run of 'quotient"
                + " demo'.");
    page.highlight("coverage at 0.5 Å", percent(best.recallCoverage(THRESHOLD).mean()));
    page.highlight("AMR, recall", String.format(Locale.ROOT, "%.3f Å", best.recallAmr().mean()));
    page.highlight("held-out molecules", String.valueOf(judged.size()));
    long right = result.verification().stream().filter(Row::passed).count();
    page.highlight("verified", right + " of " + result.verification().size());
    page.highlight("seed", String.valueOf(settings.training().seed()));
    EvaluationReport.sections(result.evaluations()).forEach(page::add);
    page.add(
        new Section.Gallery(
            "Molecules",
            "Held-out molecules: generated conformers and known ones, heavy atoms superposed on the"
                + " first known one. The trajectory is the way of the first sample from noise.",
            views(judged, trained, best)));
    RunReport training = RunReport.read(run);
    training.curves().forEach(page::add);
    page.add(VerificationReport.section(result.verification()));
    page.add(training.settings());
    return page;
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static List<MoleculeView> views(
      List<ConformerSet> judged, SampledSet trained, ConformerEvaluation evaluation) {
    List<MoleculeView> views = new ArrayList<>();
    for (int m = 0; m < Math.min(SHOWN, judged.size()); m++) {
      ConformerSet set = judged.get(m);
      EnsembleView view = new EnsembleView(set.molecule());
      for (int k = 0; k < set.conformers().size(); k++) {
        view.add("known " + (k + 1), true, set.conformers().get(k));
      }
      List<Conformer> made = trained.generated().get(m).conformers();
      for (int k = 0; k < made.size(); k++) {
        view.add("generated " + (k + 1), false, made.get(k).xyz());
      }
      trained.way(m).ifPresent(view::trajectory);
      views.add(view.build(set.name(), facts(set, made.size(), m, evaluation)));
    }
    return views;
  }

  private static Map<String, String> facts(
      ConformerSet set, int made, int index, ConformerEvaluation evaluation) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (evaluation.molecules().size() > index) {
      evaluation
          .molecules()
          .get(index)
          .coverage()
          .ifPresent(c ->
              facts.put("AMR", String.format(Locale.ROOT, "%.2f Å", Coverage.mean(c.recall()))));
    }
    facts.put("formula", set.molecule().formula());
    facts.put("conformers", made + " generated, " + set.conformers().size() + " known");
    set.molecule().smiles().ifPresent(smiles -> facts.put("SMILES", smiles));
    return facts;
  }
}
