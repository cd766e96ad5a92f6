package quotient.models.metric;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import quotient.models.molecule.GraphMatch;
import quotient.models.molecule.LabelledGraph;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.Perception;

/// Finds the generated ensemble of a reference molecule; each is given out once. *Confined.*
///
/// By `mol_id`, else by the text of `SMILES`, else by an equal heavy-atom graph, preferring an equal
/// title and then file order.
final class EnsembleJoin {
  private final Map<String, ConformerEnsemble> byId = new HashMap<>();
  private final Map<String, ConformerEnsemble> bySmiles = new HashMap<>();
  private final Set<ConformerEnsemble> free;

  EnsembleJoin(List<ConformerEnsemble> generated) {
    free = new LinkedHashSet<>(generated);
    for (ConformerEnsemble ensemble : generated) {
      ensemble.id().ifPresent(id -> byId.putIfAbsent(id, ensemble));
      ensemble.molecule().smiles().ifPresent(s -> bySmiles.putIfAbsent(s, ensemble));
    }
  }

  Optional<ConformerEnsemble> take(ConformerEnsemble wanted) {
    Optional<ConformerEnsemble> match =
        wanted.id().flatMap(id -> Optional.ofNullable(byId.get(id)));
    if (match.isEmpty()) {
      match = wanted.molecule().smiles().flatMap(s -> Optional.ofNullable(bySmiles.get(s)));
    }
    if (match.isPresent() && free.contains(match.get())) {
      free.remove(match.get());
      return match;
    }
    match = byGraph(wanted);
    match.ifPresent(free::remove);
    return match;
  }

  /// Number of ensembles that nobody asked for.
  int left() {
    return free.size();
  }

  private Optional<ConformerEnsemble> byGraph(ConformerEnsemble wanted) {
    Optional<ConformerEnsemble> first = Optional.empty();
    for (ConformerEnsemble candidate : free) {
      boolean identified = candidate.id().isPresent() && wanted.id().isPresent();
      if (!identified && sameGraph(candidate.molecule(), wanted.molecule())) {
        String title = wanted.molecule().title();
        if (!title.isBlank() && title.equals(candidate.molecule().title())) {
          return Optional.of(candidate);
        }
        first = first.isEmpty() ? Optional.of(candidate) : first;
      }
    }
    return first;
  }

  private static boolean sameGraph(Molecule a, Molecule b) {
    if (a.heavyAtomCount() != b.heavyAtomCount()) {
      return false;
    }
    LabelledGraph left = LabelledGraph.heavyAtoms(Perception.of(a));
    LabelledGraph right = LabelledGraph.heavyAtoms(Perception.of(b));
    return !GraphMatch.isomorphisms(left, right, 1).maps().isEmpty();
  }
}
