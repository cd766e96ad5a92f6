package quotient.models.metric;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import quotient.models.protein.Backbone;
import quotient.tensor.parallel.WorkerPool;
import quotient.tensor.random.RandomKey;

/// How good generated backbones are, by everything that needs no external network. *Immutable.*
///
/// Distributions are compared with reference chains of the generated lengths. Each distance stands
/// beside the distance of two random halves of those reference chains: a generator cannot be told
/// from the reference where the first is not larger than the second. Halves are half as large as
/// the reference, so the yardstick is a mild one for large generated sets.
/// Source of the quantities: proteina.md section 8.
public final class BackboneEvaluation {
  private static final RandomKey KEY = RandomKey.of(0x5eed).child("backbone-evaluation");
  private static final int SPLITS = 200;
  private static final int SHORTEST_FOLD = 5;
  private static final int MOST_CLUSTERED = 200;

  private final Settings settings;
  private final List<Backbone> generated;
  private final List<BackboneStatistics> statistics;
  private final List<Distance> distances;
  private final int referenceCount;
  private final Optional<Diversity> diversity;
  private final Optional<Novelty> novelty;

  /// What is computed, and how thoroughly.
  ///
  /// @param pairs how many pairs of generated structures are aligned for the diversity; 0 for none
  /// @param clusterLimit TM-score from which two structures count as one fold
  /// @param refined how many of the training chains that look nearest are aligned with full effort
  public record Settings(int pairs, double clusterLimit, int refined) {
    /// Checks every setting.
    public Settings {
      if (pairs < 0 || !(clusterLimit > 0 && clusterLimit <= 1) || refined < 1) {
        throw new IllegalArgumentException(
            "evaluation: need pairs >= 0, 0 < cluster limit <= 1, refined >= 1, found "
                + pairs
                + ", "
                + clusterLimit
                + ", "
                + refined);
      }
    }

    /// Five hundred pairs, folds by TM-score 0.5, five chains refined.
    public static Settings defaults() {
      return new Settings(500, 0.5, 5);
    }
  }

  /// One quantity's distance from the reference.
  ///
  /// @param name of the quantity
  /// @param measure `wasserstein`, in the unit of the quantity, or `jensen-shannon`, in bits
  /// @param distance of the generated from the reference structures
  /// @param halves mean distance of two halves of the reference
  /// @param halves95 what 95 in 100 of these halvings stay below
  public record Distance(
      String name, String measure, double distance, double halves, double halves95) {
    /// The distance in units of the yardstick.
    public double ratio() {
      return distance / halves;
    }
  }

  /// How unlike one another the generated structures are.
  ///
  /// @param meanTm mean TM-score of pairs, each the mean of both normalisations
  /// @param pairs how many pairs were aligned
  /// @param clusters of structures whose TM-score with the first of the cluster reaches the limit
  /// @param clustered how many structures were clustered, the first two hundred at most
  public record Diversity(double meanTm, int pairs, int clusters, int clustered) {}

  /// How unlike the training chains the generated structures are.
  ///
  /// @param highestTm of each generated structure, the largest TM-score with any training chain,
  ///     normalised by the generated one
  /// @param nearest names of those chains
  public record Novelty(double[] highestTm, List<String> nearest) {
    /// The mean over the structures.
    public double mean() {
      return Arrays.stream(highestTm).average().orElse(0);
    }

    /// The share of structures below 0.5, which by custom is another fold.
    public double newFolds() {
      return Arrays.stream(highestTm).filter(tm -> tm < 0.5).count()
          / (double) Math.max(1, highestTm.length);
    }
  }

  private BackboneEvaluation(
      Settings settings,
      List<Backbone> generated,
      List<BackboneStatistics> statistics,
      List<Distance> distances,
      int referenceCount,
      Optional<Diversity> diversity,
      Optional<Novelty> novelty) {
    this.settings = settings;
    this.generated = List.copyOf(generated);
    this.statistics = List.copyOf(statistics);
    this.distances = List.copyOf(distances);
    this.referenceCount = referenceCount;
    this.diversity = diversity;
    this.novelty = novelty;
  }

  /// Judges structures.
  ///
  /// @param generated at least one
  /// @param reference chains to compare distributions with; may be empty
  /// @param training chains to look for copies of; may be empty
  public static BackboneEvaluation of(
      List<Backbone> generated,
      List<Backbone> reference,
      List<Backbone> training,
      Settings settings,
      WorkerPool pool) {
    if (generated.isEmpty()) {
      throw new IllegalArgumentException("evaluation: no generated structure");
    }
    int shortest = generated.stream().mapToInt(Backbone::length).min().orElse(0);
    int longest = generated.stream().mapToInt(Backbone::length).max().orElse(0);
    List<Backbone> alike =
        reference.stream()
            .filter(chain -> chain.length() >= shortest && chain.length() <= longest)
            .toList();
    List<TmAlign.Fold> folds =
        generated.stream()
            .filter(chain -> chain.length() >= SHORTEST_FOLD)
            .map(chain -> TmAlign.Fold.of(chain.alpha()))
            .toList();
    boolean compare = settings.pairs() > 0 && folds.size() > 1;
    return new BackboneEvaluation(
        settings,
        generated,
        generated.stream().map(chain -> BackboneStatistics.of(chain.alpha())).toList(),
        alike.size() < 2 ? List.of() : distances(generated, alike),
        alike.size(),
        compare ? Optional.of(diversity(folds, settings, pool)) : Optional.empty(),
        training.isEmpty() || folds.isEmpty()
            ? Optional.empty()
            : Optional.of(novelty(folds, training, settings, pool)));
  }

  public List<Backbone> generated() {
    return generated;
  }

  /// Of each generated structure, in order.
  public List<BackboneStatistics> statistics() {
    return statistics;
  }

  /// Of every quantity; empty without at least two reference chains of the generated lengths.
  public List<Distance> distances() {
    return distances;
  }

  /// The number of reference chains of the generated lengths.
  public int referenceCount() {
    return referenceCount;
  }

  public Optional<Diversity> diversity() {
    return diversity;
  }

  public Optional<Novelty> novelty() {
    return novelty;
  }

  /// The mean of a figure over the generated structures.
  public double mean(ToDoubleFunction<BackboneStatistics> figure) {
    return statistics.stream().mapToDouble(figure).average().orElse(0);
  }

  /// The share of structures with good steps and no contact below 3 Å.
  public double valid() {
    return mean(s -> s.isValid() ? 1 : 0);
  }

  // ---- distributions ----

  private static List<Distance> distances(List<Backbone> generated, List<Backbone> reference) {
    List<Distance> all = new ArrayList<>();
    all.add(scalar("helix", generated, reference, BackboneStatistics::helix));
    all.add(scalar("strand", generated, reference, BackboneStatistics::strand));
    all.add(
        scalar("relative-gyration", generated, reference, BackboneStatistics::relativeGyration));
    all.add(scalar("contact-order", generated, reference, BackboneStatistics::contactOrder));
    all.add(
        distance(
            "angle",
            "wasserstein",
            DistributionDistance::wasserstein,
            units(generated, BackboneEvaluation::angles),
            units(reference, BackboneEvaluation::angles)));
    all.add(
        distance(
            "dihedral",
            "jensen-shannon",
            DistributionDistance.jensenShannon(-180, 180, 36),
            units(generated, BackboneEvaluation::dihedrals),
            units(reference, BackboneEvaluation::dihedrals)));
    return all;
  }

  private static Distance scalar(
      String name,
      List<Backbone> generated,
      List<Backbone> reference,
      ToDoubleFunction<BackboneStatistics> figure) {
    return distance(
        name,
        "wasserstein",
        DistributionDistance::wasserstein,
        units(generated, xyz -> new double[] {figure.applyAsDouble(BackboneStatistics.of(xyz))}),
        units(reference, xyz -> new double[] {figure.applyAsDouble(BackboneStatistics.of(xyz))}));
  }

  private static Distance distance(
      String name,
      String measure,
      DistributionDistance.Measure of,
      double[][] generated,
      double[][] reference) {
    double[] halves = DistributionDistance.halves(reference, of, SPLITS, KEY.child(name));
    return new Distance(
        name,
        measure,
        of.of(DistributionDistance.joined(generated), DistributionDistance.joined(reference)),
        Arrays.stream(halves).average().orElse(0),
        halves[(int) (0.95 * (halves.length - 1))]);
  }

  private interface Quantity {
    double[] of(float[] xyz);
  }

  private static double[][] units(List<Backbone> chains, Quantity quantity) {
    double[][] units = new double[chains.size()][];
    for (int i = 0; i < units.length; i++) {
      units[i] = quantity.of(chains.get(i).alpha());
    }
    return units;
  }

  private static double[] angles(float[] xyz) {
    double[] out = new double[Math.max(0, xyz.length / 3 - 2)];
    for (int i = 0; i < out.length; i++) {
      out[i] = SecondaryStructure.angle(xyz, i + 1);
    }
    return out;
  }

  private static double[] dihedrals(float[] xyz) {
    double[] out = new double[Math.max(0, xyz.length / 3 - 3)];
    for (int i = 0; i < out.length; i++) {
      out[i] = SecondaryStructure.dihedral(xyz, i);
    }
    return out;
  }

  // ---- likeness ----

  private static Diversity diversity(List<TmAlign.Fold> folds, Settings settings, WorkerPool pool) {
    int n = folds.size();
    long all = (long) n * (n - 1) / 2;
    int count = (int) Math.min(all, settings.pairs());
    RandomKey key = KEY.child("pairs");
    double[] scores = new double[count];
    pool.parallelFor(
        count,
        1,
        (from, to, _) -> {
          TmAlign aligner = new TmAlign();
          for (int k = from; k < to; k++) {
            int a;
            int b;
            if (count == all) {
              a = 0;
              b = k;
              while (b >= n - 1 - a) {
                b -= n - 1 - a;
                a++;
              }
              b += a + 1;
            } else {
              a = key.below(2L * k, n);
              b = (a + 1 + key.below(2L * k + 1, n - 1)) % n;
            }
            scores[k] = likeness(aligner, folds.get(a), folds.get(b), TmAlign.Effort.FULL);
          }
        });
    int clustered = Math.min(n, MOST_CLUSTERED);
    return new Diversity(
        Arrays.stream(scores).average().orElse(0),
        count,
        clusters(folds.subList(0, clustered), settings.clusterLimit(), pool),
        clustered);
  }

  private static double likeness(
      TmAlign aligner, TmAlign.Fold x, TmAlign.Fold y, TmAlign.Effort effort) {
    TmAlign.Alignment found = aligner.align(x, y, effort);
    return 0.5 * (found.byFirst() + found.bySecond());
  }

  /// Each structure joins the first cluster whose first member is alike, or begins a new one.
  private static int clusters(List<TmAlign.Fold> folds, double limit, WorkerPool pool) {
    List<TmAlign.Fold> leaders = new ArrayList<>();
    for (TmAlign.Fold fold : folds) {
      boolean[] alike = new boolean[leaders.size()];
      pool.parallelFor(
          alike.length,
          8,
          (from, to, _) -> {
            TmAlign aligner = new TmAlign();
            for (int k = from; k < to; k++) {
              alike[k] = isAlike(aligner, fold, leaders.get(k), limit);
            }
          });
      boolean known = false;
      for (boolean one : alike) {
        known |= one;
      }
      if (!known) {
        leaders.add(fold);
      }
    }
    return leaders.size();
  }

  private static boolean isAlike(TmAlign aligner, TmAlign.Fold x, TmAlign.Fold y, double limit) {
    double quick = likeness(aligner, x, y, TmAlign.Effort.QUICK);
    if (quick >= limit || quick < 0.7 * limit) {
      return quick >= limit;
    }
    return likeness(aligner, x, y, TmAlign.Effort.FULL) >= limit;
  }

  private static Novelty novelty(
      List<TmAlign.Fold> folds, List<Backbone> training, Settings settings, WorkerPool pool) {
    List<Backbone> usable =
        training.stream().filter(chain -> chain.length() >= SHORTEST_FOLD).toList();
    List<TmAlign.Fold> known =
        usable.stream().map(chain -> TmAlign.Fold.of(chain.alpha())).toList();
    double[] highest = new double[folds.size()];
    String[] nearest = new String[folds.size()];
    pool.parallelFor(
        folds.size(),
        1,
        (from, to, _) -> {
          TmAlign aligner = new TmAlign();
          for (int k = from; k < to; k++) {
            int[] near = nearest(aligner, folds.get(k), known, settings.refined());
            for (int i : near) {
              double tm = aligner.align(folds.get(k), known.get(i), TmAlign.Effort.FULL).byFirst();
              if (tm >= highest[k]) {
                highest[k] = tm;
                nearest[k] = usable.get(i).name();
              }
            }
          }
        });
    return new Novelty(highest, List.of(nearest));
  }

  private static int[] nearest(
      TmAlign aligner, TmAlign.Fold fold, List<TmAlign.Fold> known, int count) {
    double[] quick = new double[known.size()];
    Integer[] order = new Integer[quick.length];
    double highest = 0;
    for (int i = 0; i < quick.length; i++) {
      // A chain that is much shorter cannot score higher than the share it covers.
      boolean hopeless = known.get(i).length() < highest * fold.length();
      quick[i] = hopeless ? 0 : aligner.align(fold, known.get(i), TmAlign.Effort.QUICK).byFirst();
      highest = Math.max(highest, quick[i]);
      order[i] = i;
    }
    Arrays.sort(order, (a, b) -> Double.compare(quick[b], quick[a]));
    int[] best = new int[Math.min(count, order.length)];
    Arrays.setAll(best, i -> order[i]);
    return best;
  }

  // ---- output ----

  /// Everything, under stable keys.
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("schema", "quotient/evaluate-backbone/1");
    json.addProperty("structures", generated.size());
    json.addProperty("reference_structures", referenceCount);
    json.addProperty("valid", valid());
    JsonObject steps = new JsonObject();
    steps.addProperty("mean", mean(BackboneStatistics::meanStep));
    steps.addProperty(
        "min", statistics.stream().mapToDouble(BackboneStatistics::smallestStep).min().orElse(0));
    steps.addProperty(
        "max", statistics.stream().mapToDouble(BackboneStatistics::largestStep).max().orElse(0));
    steps.addProperty("good", mean(BackboneStatistics::goodSteps));
    steps.addProperty("structures_all_good", mean(s -> s.goodSteps() == 1 ? 1 : 0));
    json.add("steps", steps);
    JsonObject contacts = new JsonObject();
    contacts.addProperty("below_2", statistics.stream().mapToInt(s -> s.clashes()).sum());
    contacts.addProperty("below_3", statistics.stream().mapToInt(s -> s.contacts()).sum());
    contacts.addProperty("structures_free", mean(s -> s.contacts() == 0 ? 1 : 0));
    json.add("contacts", contacts);
    json.addProperty("helix", mean(BackboneStatistics::helix));
    json.addProperty("strand", mean(BackboneStatistics::strand));
    json.addProperty("left_helix", mean(BackboneStatistics::leftHelix));
    json.addProperty("gyration", mean(BackboneStatistics::gyration));
    json.addProperty("relative_gyration", mean(BackboneStatistics::relativeGyration));
    json.addProperty("contact_order", mean(BackboneStatistics::contactOrder));
    JsonArray rows = new JsonArray();
    for (Distance d : distances) {
      JsonObject row = new JsonObject();
      row.addProperty("name", d.name());
      row.addProperty("measure", d.measure());
      row.addProperty("distance", d.distance());
      row.addProperty("halves", d.halves());
      row.addProperty("halves_95", d.halves95());
      row.addProperty("ratio", d.ratio());
      rows.add(row);
    }
    json.add("distances", rows);
    diversity.ifPresent(d -> {
      JsonObject one = new JsonObject();
      one.addProperty("mean_tm", d.meanTm());
      one.addProperty("pairs", d.pairs());
      one.addProperty("clusters", d.clusters());
      one.addProperty("clustered", d.clustered());
      one.addProperty("cluster_tm", settings.clusterLimit());
      json.add("diversity", one);
    });
    novelty.ifPresent(n -> {
      JsonObject one = new JsonObject();
      one.addProperty("mean_highest_tm", n.mean());
      one.addProperty("max_highest_tm", Arrays.stream(n.highestTm()).max().orElse(0));
      one.addProperty("below_0.5", n.newFolds());
      json.add("novelty", one);
    });
    return json;
  }
}
