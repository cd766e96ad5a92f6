package quotient.models.protein;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Makes chains of the backbone atoms of one model, in file order. *Confined.*
///
/// Alternative locations: a residue is taken at its blank location and at `A`, or at the first label
/// it has if there is no `A`; so the atoms of a residue belong together, and of two residues that
/// share a place the one of that label stays. Residues are told apart by number and insertion code.
final class ChainAssembler {
  private static final int NITROGEN = 0;
  private static final int ALPHA = 1;
  private static final int CARBON = 2;
  private static final double LONGEST_NITROGEN_BOND = 1.46 + 0.25;
  private static final double LONGEST_CARBON_BOND = 1.525 + 0.25;
  private static final double LONGEST_PEPTIDE_BOND = 1.8;

  private final Map<String, List<Residue>> chains = new LinkedHashMap<>();

  /// One atom of a file.
  ///
  /// @param chain letters of the chain
  /// @param number of the residue, in the author's counting
  /// @param place what tells residues of a chain apart: number and insertion code, or a running
  ///     number of the file
  /// @param residue three-letter name
  /// @param polymer whether the file says that the residue belongs to a polymer
  /// @param location alternative location, or a blank
  /// @param name of the atom: N, CA or C
  record Atom(
      String chain,
      int number,
      String place,
      String residue,
      boolean polymer,
      char location,
      String name,
      float x,
      float y,
      float z) {}

  private static final class Residue {
    private final String place;
    private final List<Atom> atoms = new ArrayList<>();

    Residue(String place) {
      this.place = place;
    }

    /// The location that this residue is taken at besides the blank one.
    char location() {
      char first = ' ';
      for (Atom atom : atoms) {
        if (atom.location == 'A') {
          return 'A';
        }
        if (first == ' ') {
          first = atom.location;
        }
      }
      return first;
    }
  }

  /// A residue after the choice of locations; atoms that are missing are empty.
  private record Site(
      String residue, int number, String place, Optional<Atom> n, Atom ca, Optional<Atom> c) {}

  /// Whether a file's atom of that name is one of the three that make a backbone.
  static boolean isBackboneAtom(String name) {
    return name.equals("CA") || name.equals("N") || name.equals("C");
  }

  boolean isEmpty() {
    return chains.isEmpty();
  }

  void clear() {
    chains.clear();
  }

  void add(Atom atom) {
    List<Residue> residues = chains.computeIfAbsent(atom.chain, _ -> new ArrayList<>());
    if (residues.isEmpty() || !residues.getLast().place.equals(atom.place)) {
      residues.add(new Residue(atom.place));
    }
    residues.getLast().atoms.add(atom);
  }

  /// Hands out the chains that the rules accept, and a line for each that they do not.
  ///
  /// @param name of the structure
  /// @param named whether the name is that of the one chain; else the chain's letter is added
  /// @param parents of modified residues that the file names itself
  /// @return the number of chains that were handed out
  int finish(
      String name,
      boolean named,
      Map<String, String> parents,
      ChainRules rules,
      Consumer<Backbone> chainSink,
      Consumer<String> problems) {
    int made = 0;
    for (Map.Entry<String, List<Residue>> entry : chains.entrySet()) {
      List<Site> sites = sites(entry.getValue(), parents);
      if (sites.isEmpty()) {
        continue;
      }
      String full = named && chains.size() == 1 ? name : name + "_" + entry.getKey();
      made += split(full, entry.getKey(), sites, rules, chainSink, problems);
    }
    chains.clear();
    return made;
  }

  private static List<Site> sites(List<Residue> residues, Map<String, String> parents) {
    List<Site> sites = new ArrayList<>();
    for (Residue residue : residues) {
      char location = residue.location();
      Atom[] chosen = new Atom[3];
      boolean[] found = new boolean[3];
      String name = "";
      for (Atom atom : residue.atoms) {
        boolean here = atom.location == ' ' || atom.location == location;
        int kind = kind(atom.name);
        if (here && !found[kind] && (name.isEmpty() || name.equals(atom.residue))) {
          chosen[kind] = atom;
          found[kind] = true;
          name = atom.residue;
        }
      }
      if (!found[ALPHA]) {
        continue;
      }
      Atom ca = chosen[ALPHA];
      Optional<String> parent =
          Optional.ofNullable(parents.get(name))
              .filter(AminoAcids::isStandard)
              .or(() -> AminoAcids.parent(ca.residue))
              .or(() -> ca.polymer ? Optional.of(AminoAcids.UNKNOWN) : Optional.empty());
      if (parent.isPresent()) {
        sites.add(
            new Site(
                parent.get(),
                ca.number,
                ca.place,
                found[NITROGEN] ? Optional.of(chosen[NITROGEN]) : Optional.empty(),
                ca,
                found[CARBON] ? Optional.of(chosen[CARBON]) : Optional.empty()));
      }
    }
    return sites;
  }

  private static int kind(String name) {
    return switch (name) {
      case "N" -> NITROGEN;
      case "CA" -> ALPHA;
      default -> CARBON;
    };
  }

  private static int split(
      String name,
      String chain,
      List<Site> sites,
      ChainRules rules,
      Consumer<Backbone> chainSink,
      Consumer<String> problems) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int i = 1; i < sites.size(); i++) {
      double step = distance(sites.get(i - 1).ca, sites.get(i).ca);
      if (rules.gaps() != ChainRules.Gaps.KEEP
          && !(step >= rules.shortestStep() && step <= rules.longestStep())) {
        if (rules.gaps() == ChainRules.Gaps.REFUSE) {
          problems.accept(
              String.format(
                  Locale.ROOT,
                  "%s: residues %s and %s are %.1f Å apart; --gaps split takes the parts",
                  name,
                  sites.get(i - 1).place,
                  sites.get(i).place,
                  step));
          return 0;
        }
        starts.add(i);
      }
    }
    starts.add(sites.size());
    int made = 0;
    for (int part = 0; part + 1 < starts.size(); part++) {
      int from = starts.get(part);
      int to = starts.get(part + 1);
      String own = starts.size() == 2 ? name : name + "_" + (part + 1);
      if (to - from < rules.shortest() || to - from > rules.longest()) {
        problems.accept(
            own
                + ": "
                + (to - from)
                + " residues, accepted are "
                + rules.shortest()
                + " to "
                + rules.longest());
      } else {
        chainSink.accept(backbone(own, chain, sites.subList(from, to)));
        made++;
      }
    }
    return made;
  }

  private static Backbone backbone(String name, String chain, List<Site> sites) {
    int n = sites.size();
    boolean full = isComplete(sites);
    int[] numbers = new int[n];
    List<String> residues = new ArrayList<>(n);
    float[] alpha = new float[3 * n];
    float[] nitrogen = new float[full ? 3 * n : 0];
    float[] carbon = new float[full ? 3 * n : 0];
    for (int i = 0; i < n; i++) {
      Site site = sites.get(i);
      numbers[i] = site.number;
      residues.add(site.residue);
      put(site.ca, alpha, i);
      if (full) {
        put(site.n.orElseThrow(), nitrogen, i);
        put(site.c.orElseThrow(), carbon, i);
      }
    }
    return new Backbone(name, chain, residues, numbers, alpha, nitrogen, carbon);
  }

  /// Whether every residue has N and C, bonded as they should be.
  private static boolean isComplete(List<Site> sites) {
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      if (site.n.isEmpty()
          || site.c.isEmpty()
          || distance(site.n.get(), site.ca) > LONGEST_NITROGEN_BOND
          || distance(site.ca, site.c.get()) > LONGEST_CARBON_BOND) {
        return false;
      }
      if (i > 0
          && distance(sites.get(i - 1).c.orElseThrow(), site.n.get()) > LONGEST_PEPTIDE_BOND) {
        return false;
      }
    }
    return true;
  }

  private static void put(Atom atom, float[] xyz, int i) {
    xyz[3 * i] = atom.x;
    xyz[3 * i + 1] = atom.y;
    xyz[3 * i + 2] = atom.z;
  }

  private static double distance(Atom a, Atom b) {
    double dx = (double) a.x - b.x;
    double dy = (double) a.y - b.y;
    double dz = (double) a.z - b.z;
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}
