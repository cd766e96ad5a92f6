package quotient.models.metric;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import quotient.models.molecule.Molecule;
import quotient.tensor.parallel.WorkerPool;

/// The distributions of generated conformers over reference ensembles, for many molecules: all
/// samples of a molecule count, so a few hundred each are wanted. *Immutable.*
///
/// @param molecules those with at least two reference conformers and samples to compare
public record DistributionEvaluation(List<EnsembleDistribution> molecules) {
  public DistributionEvaluation {
    molecules = List.copyOf(molecules);
  }

  /// Compares two files, joined as by {@link ConformerEvaluation}.
  public static DistributionEvaluation of(Path reference, Path generated, WorkerPool pool)
      throws IOException {
    EnsembleJoin join = new EnsembleJoin(ConformerEnsemble.read(generated).ensembles());
    List<ConformerEnsemble> known = new ArrayList<>();
    List<ConformerEnsemble> made = new ArrayList<>();
    for (ConformerEnsemble ensemble : ConformerEnsemble.read(reference).ensembles()) {
      Optional<ConformerEnsemble> match = join.take(ensemble);
      if (match.isPresent() && ensemble.size() > 1) {
        known.add(ensemble);
        made.add(match.get());
      }
    }
    List<List<EnsembleDistribution>> found = new ArrayList<>();
    known.forEach(_ -> found.add(List.of()));
    pool.parallelFor(
        known.size(),
        1,
        (from, to, lane) -> {
          for (int i = from; i < to; i++) {
            found.set(
                i,
                EnsembleDistribution.of(name(known.get(i)), known.get(i), made.get(i)).stream()
                    .toList());
          }
        });
    return new DistributionEvaluation(found.stream().flatMap(List::stream).toList());
  }

  private static String name(ConformerEnsemble ensemble) {
    Molecule molecule = ensemble.molecule();
    return ensemble.id().or(molecule::smiles).orElse(molecule.title());
  }

  /// Means over molecules, under stable names; a mean of nothing is left out.
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("molecules", molecules.size());
    json.addProperty("samples", molecules.stream().mapToInt(EnsembleDistribution::samples).sum());
    add(
        json,
        "total_variation",
        molecules.stream().mapToDouble(EnsembleDistribution::variation).toArray());
    add(
        json,
        "sampling_floor",
        molecules.stream().mapToDouble(EnsembleDistribution::floor).toArray());
    add(
        json,
        "torsion_divergence",
        molecules.stream().flatMap(m -> m.torsions().stream()).mapToDouble(t -> t).toArray());
    return json;
  }

  private static void add(JsonObject json, String name, double[] values) {
    if (values.length > 0) {
      json.addProperty(name, Arrays.stream(values).sum() / values.length);
    }
  }
}
