package quotient.models.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quotient.models.molecule.Isomers;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.StereoPerception;

/// What the comparison of one molecule gave. *Immutable.*
///
/// @param name its `mol_id`, else SMILES, else title
/// @param references number of reference conformers
/// @param wanted number of generated conformers asked for; 0 for all
/// @param generated number of generated conformers looked at
/// @param compared how many of these are usable and have the molecule's heavy-atom graph
/// @param valid how many have a valid geometry
/// @param stereoChecked how many have hydrogens, so that their stereo can be read
/// @param stereoCorrect how many of those are the reference's stereoisomer
/// @param coverage smallest distances; empty if nothing could be compared
/// @param complete false if there were more symmetries than were tried
public record MoleculeResult(
    String name,
    int references,
    int wanted,
    int generated,
    int compared,
    int valid,
    int stereoChecked,
    int stereoCorrect,
    Optional<Coverage> coverage,
    boolean complete) {

  static MoleculeResult of(
      ConformerEnsemble reference, Optional<ConformerEnsemble> generated, int ratio) {
    int wanted = ratio * reference.size();
    List<ConformerEnsemble.Member> made =
        generated.map(ConformerEnsemble::members).orElse(List.of());
    if (ratio > 0 && made.size() > wanted) {
      made = made.subList(0, wanted);
    }
    Comparison comparison = new Comparison(reference);
    made.forEach(comparison::add);
    return new MoleculeResult(
        name(reference),
        reference.size(),
        wanted,
        made.size(),
        comparison.columns.size(),
        comparison.valid,
        comparison.stereoChecked,
        comparison.stereoCorrect,
        comparison.coverage(),
        comparison.complete);
  }

  /// Fewer generated conformers than were asked for.
  public boolean isShort() {
    return generated < wanted;
  }

  private static String name(ConformerEnsemble ensemble) {
    Molecule molecule = ensemble.molecule();
    return ensemble.id().or(molecule::smiles).orElse(molecule.title());
  }

  /// Collects the distances of one molecule, column by column. *Confined.*
  private static final class Comparison {
    private final List<ConformerEnsemble.Member> references;
    private final Molecule stereoisomer;
    private final Map<Molecule, Map<Molecule, Rmsd>> rmsds = new HashMap<>();
    private final List<double[]> columns = new ArrayList<>();
    private int valid;
    private int stereoChecked;
    private int stereoCorrect;
    private boolean complete = true;

    Comparison(ConformerEnsemble reference) {
      references = reference.members();
      ConformerEnsemble.Member first = references.getFirst();
      stereoisomer = StereoPerception.of(first.molecule(), first.xyz());
    }

    void add(ConformerEnsemble.Member made) {
      Molecule molecule = made.molecule();
      if (!GeometryCheck.isUsable(made.xyz(), molecule.atomCount())) {
        return;
      }
      valid += GeometryCheck.of(molecule, made.xyz()).isValid() ? 1 : 0;
      if (molecule.heavyAtomCount() < molecule.atomCount()) {
        stereoChecked++;
        Molecule marked = StereoPerception.of(molecule, made.xyz());
        stereoCorrect += Isomers.sameStereoisomer(marked, stereoisomer) ? 1 : 0;
      }
      double[] column = new double[references.size()];
      for (int r = 0; r < column.length; r++) {
        ConformerEnsemble.Member reference = references.get(r);
        Rmsd rmsd = rmsd(molecule, reference.molecule());
        if (!rmsd.isDefined()) {
          return;
        }
        complete &= rmsd.isComplete();
        column[r] = rmsd.of(made.xyz(), reference.xyz());
      }
      columns.add(column);
    }

    private Rmsd rmsd(Molecule made, Molecule reference) {
      return rmsds
          .computeIfAbsent(made, _ -> new HashMap<>())
          .computeIfAbsent(reference, _ -> Rmsd.between(made, reference));
    }

    Optional<Coverage> coverage() {
      if (columns.isEmpty()) {
        return Optional.empty();
      }
      double[][] matrix = new double[references.size()][columns.size()];
      for (int g = 0; g < columns.size(); g++) {
        for (int r = 0; r < matrix.length; r++) {
          matrix[r][g] = columns.get(g)[r];
        }
      }
      return Optional.of(Coverage.of(matrix));
    }
  }
}
