package quotient.models.metric;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import quotient.models.io.FormatException;
import quotient.tensor.parallel.WorkerPool;

/// Coverage and AMR of generated conformers against reference ensembles, over many molecules.
///
/// A molecule with K reference conformers is judged on its first `ratio` K generated ones. One
/// without a usable generated conformer counts as coverage 0 and is left out of the AMR figures.
/// Source: the protocol customary for GEOM-QM9 and GEOM-DRUGS (Ganea et al. 2021). *Immutable.*
///
/// @param settings what was asked for
/// @param molecules one entry per molecule judged, in the order of the reference
/// @param tooSmall molecules left out for having too few heavy atoms
/// @param unmatched generated molecules that the reference does not have
/// @param brokenReference records of the reference that could not be read
/// @param brokenGenerated generated records that could not be read
public record ConformerEvaluation(
    Settings settings,
    List<MoleculeResult> molecules,
    int tooSmall,
    int unmatched,
    long brokenReference,
    long brokenGenerated) {

  /// How the comparison treats isomers, for the record.
  public static final String ISOMER_POLICY =
      "joined by mol_id, else SMILES, else equal heavy-atom graph; stereo marks do not restrict the"
          + " atom mapping; proper rotations only";

  private static final double[] SWEEP = {0.1, 0.2, 0.5, 0.75};

  public ConformerEvaluation {
    molecules = List.copyOf(molecules);
  }

  /// How to judge.
  ///
  /// @param threshold of coverage, Å; customary are 0.5 for QM9 size and 0.75 for drug-like molecules
  /// @param ratio generated conformers used per reference conformer; 0 for all
  /// @param leastHeavyAtoms molecules with fewer are left out
  public record Settings(double threshold, int ratio, int leastHeavyAtoms) {
    public Settings {
      if (!(threshold > 0) || threshold == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("threshold must be positive, found " + threshold);
      }
      if (ratio < 0) {
        throw new IllegalArgumentException("ratio must be 0 or positive, found " + ratio);
      }
    }

    /// The customary ones: twice as many generated conformers, at least three heavy atoms.
    public static Settings of(double threshold) {
      return new Settings(threshold, 2, 3);
    }
  }

  /// Compares two files.
  ///
  /// @throws FormatException if no molecule can be judged
  public static ConformerEvaluation of(
      Path reference, Path generated, Settings settings, WorkerPool pool) throws IOException {
    ConformerEnsemble.Content wanted = ConformerEnsemble.read(reference);
    ConformerEnsemble.Content made = ConformerEnsemble.read(generated);
    ConformerEvaluation result =
        of(wanted.ensembles(), made.ensembles(), settings, pool, wanted.broken(), made.broken());
    if (result.molecules.isEmpty()) {
      throw new FormatException(
          reference
              + ": no molecule to judge: "
              + result.tooSmall
              + " have fewer than "
              + settings.leastHeavyAtoms()
              + " heavy atoms, "
              + wanted.broken()
              + " records are broken");
    }
    return result;
  }

  /// Compares ensembles that are in memory.
  public static ConformerEvaluation of(
      List<ConformerEnsemble> reference,
      List<ConformerEnsemble> generated,
      Settings settings,
      WorkerPool pool) {
    return of(reference, generated, settings, pool, 0, 0);
  }

  private static ConformerEvaluation of(
      List<ConformerEnsemble> reference,
      List<ConformerEnsemble> generated,
      Settings settings,
      WorkerPool pool,
      long brokenReference,
      long brokenGenerated) {
    EnsembleJoin join = new EnsembleJoin(generated);
    List<ConformerEnsemble> judged = new ArrayList<>();
    List<Optional<ConformerEnsemble>> found = new ArrayList<>();
    int tooSmall = 0;
    for (ConformerEnsemble wanted : reference) {
      Optional<ConformerEnsemble> match = join.take(wanted);
      if (wanted.molecule().heavyAtomCount() < settings.leastHeavyAtoms()) {
        tooSmall++;
      } else {
        judged.add(wanted);
        found.add(match);
      }
    }
    MoleculeResult[] results = new MoleculeResult[judged.size()];
    pool.parallelFor(
        results.length,
        1,
        (from, to, lane) -> {
          for (int i = from; i < to; i++) {
            results[i] = MoleculeResult.of(judged.get(i), found.get(i), settings.ratio());
          }
        });
    return new ConformerEvaluation(
        settings, List.of(results), tooSmall, join.left(), brokenReference, brokenGenerated);
  }

  /// Number of molecules without a usable generated conformer.
  public int failed() {
    return (int) molecules.stream().filter(m -> m.coverage().isEmpty()).count();
  }

  /// Share of reference conformers that a generated one is within the threshold of.
  public Coverage.Summary recallCoverage(double threshold) {
    return share(threshold, true);
  }

  /// Share of generated conformers that are within the threshold of a reference one.
  public Coverage.Summary precisionCoverage(double threshold) {
    return share(threshold, false);
  }

  /// Mean over reference conformers of the smallest RMSD, Å.
  public Coverage.Summary recallAmr() {
    return amr(true);
  }

  /// Mean over generated conformers of the smallest RMSD, Å.
  public Coverage.Summary precisionAmr() {
    return amr(false);
  }

  /// Share of the generated conformers used that have a valid geometry.
  public double validGeometry() {
    long used = molecules.stream().mapToLong(MoleculeResult::generated).sum();
    long valid = molecules.stream().mapToLong(MoleculeResult::valid).sum();
    return used == 0 ? 0 : (double) valid / used;
  }

  /// Share of the generated conformers with hydrogens that are the reference's stereoisomer; empty
  /// if none has hydrogens.
  public Optional<Double> correctStereo() {
    long checked = molecules.stream().mapToLong(MoleculeResult::stereoChecked).sum();
    long correct = molecules.stream().mapToLong(MoleculeResult::stereoCorrect).sum();
    return checked == 0 ? Optional.empty() : Optional.of((double) correct / checked);
  }

  /// True if no molecule had more symmetries than were tried.
  public boolean isComplete() {
    return molecules.stream().allMatch(MoleculeResult::complete);
  }

  private Coverage.Summary share(double threshold, boolean recall) {
    List<Double> values = new ArrayList<>();
    for (MoleculeResult m : molecules) {
      values.add(
          m.coverage()
              .map(c -> Coverage.within(recall ? c.recall() : c.precision(), threshold))
              .orElse(0.0));
    }
    return Coverage.Summary.of(values);
  }

  private Coverage.Summary amr(boolean recall) {
    List<Double> values = new ArrayList<>();
    for (MoleculeResult m : molecules) {
      m.coverage().ifPresent(c -> values.add(Coverage.mean(recall ? c.recall() : c.precision())));
    }
    return Coverage.Summary.of(values);
  }

  /// The figures under stable names.
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/evaluate-conformer/1");
    json.addProperty("molecules", molecules.size());
    json.addProperty("failed", failed());
    json.addProperty("threshold", settings.threshold());
    json.add("recall", side(recallCoverage(settings.threshold()), recallAmr()));
    json.add("precision", side(precisionCoverage(settings.threshold()), precisionAmr()));
    JsonArray sweep = new JsonArray();
    for (double threshold : SWEEP) {
      JsonObject entry = new JsonObject();
      entry.addProperty("threshold", threshold);
      entry.addProperty("recall", recallCoverage(threshold).mean());
      entry.addProperty("precision", precisionCoverage(threshold).mean());
      sweep.add(entry);
    }
    json.add("sweep", sweep);
    json.addProperty("isomer_policy", ISOMER_POLICY);
    json.addProperty("hydrogens", "removed");
    json.addProperty(
        "reference_conformers", molecules.stream().mapToInt(MoleculeResult::references).sum());
    json.addProperty(
        "generated_conformers", molecules.stream().mapToInt(MoleculeResult::compared).sum());
    json.addProperty("ratio", settings.ratio());
    json.addProperty(
        "with_fewer_than_wanted", molecules.stream().filter(MoleculeResult::isShort).count());
    json.addProperty("too_small", tooSmall);
    json.addProperty("unmatched", unmatched);
    json.addProperty("broken_reference", brokenReference);
    json.addProperty("broken_generated", brokenGenerated);
    json.addProperty("geometry_valid", validGeometry());
    correctStereo()
        .ifPresentOrElse(
            share -> json.addProperty("stereo_correct", share),
            () -> json.add("stereo_correct", JsonNull.INSTANCE));
    json.addProperty("all_symmetries", isComplete());
    return json;
  }

  private static JsonObject side(Coverage.Summary coverage, Coverage.Summary amr) {
    JsonObject json = new JsonObject();
    json.add("coverage", summary(coverage));
    json.add("amr", summary(amr));
    return json;
  }

  /// Without a usable conformer there is no AMR, and JSON has no NaN.
  private static JsonObject summary(Coverage.Summary summary) {
    JsonObject json = new JsonObject();
    if (Double.isNaN(summary.mean())) {
      json.add("mean", JsonNull.INSTANCE);
      json.add("median", JsonNull.INSTANCE);
    } else {
      json.addProperty("mean", summary.mean());
      json.addProperty("median", summary.median());
    }
    return json;
  }
}
