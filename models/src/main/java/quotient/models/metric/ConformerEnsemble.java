package quotient.models.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;

/// The conformers of one molecule in a file, in file order. *Confined* while it is filled.
///
/// Records belong together if they share the data item `mol_id`; else, if they have the item
/// `CONFORMER`, while its number rises and the graph stays the same; else while the graph stays the
/// same. Titles decide nothing.
public final class ConformerEnsemble {
  private static final String ID = "mol_id";
  private static final String CONFORMER = "CONFORMER";

  private final List<Molecule> graphs = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();

  /// One conformer.
  ///
  /// @param molecule its graph; equal graphs are one object within an ensemble
  /// @param xyz `[3 n]`, Å
  public record Member(Molecule molecule, float[] xyz) {}

  /// The ensembles of a file.
  ///
  /// @param ensembles in order of their first record
  /// @param broken number of records that could not be read
  public record Content(List<ConformerEnsemble> ensembles, long broken) {
    public Content {
      ensembles = List.copyOf(ensembles);
    }
  }

  private ConformerEnsemble() {}

  /// Reads and groups all records of an SDF file; broken ones are counted.
  public static Content read(Path file) throws IOException {
    try (SdfReader reader = SdfFile.open(file)) {
      Grouping grouping = new Grouping();
      long[] broken = {0};
      while (true) {
        Optional<SdfRecord> record = reader.nextReadable(_ -> broken[0]++);
        if (record.isEmpty()) {
          return new Content(grouping.all, broken[0]);
        }
        if (record.get().molecule().hasAromaticBonds()) {
          broken[0]++;
        } else {
          grouping.add(record.get());
        }
      }
    }
  }

  /// Groups conformers that were made here.
  public static List<ConformerEnsemble> of(List<SdfRecord> records) {
    Grouping grouping = new Grouping();
    records.forEach(grouping::add);
    return List.copyOf(grouping.all);
  }

  /// The molecule of the first record, with its title and data items.
  public Molecule molecule() {
    return graphs.getFirst();
  }

  public List<Member> members() {
    return List.copyOf(members);
  }

  public int size() {
    return members.size();
  }

  Optional<String> id() {
    return Optional.ofNullable(molecule().items().get(ID));
  }

  private void add(SdfRecord record) {
    for (Molecule graph : graphs) {
      if (graph.sameGraph(record.molecule())) {
        members.add(new Member(graph, record.coordinates()));
        return;
      }
    }
    graphs.add(record.molecule());
    members.add(new Member(record.molecule(), record.coordinates()));
  }

  private static final class Grouping {
    private final List<ConformerEnsemble> all = new ArrayList<>();
    private final Map<String, ConformerEnsemble> byId = new LinkedHashMap<>();
    private Optional<ConformerEnsemble> open = Optional.empty();
    private int lastNumber;

    void add(SdfRecord record) {
      Molecule molecule = record.molecule();
      String id = molecule.items().get(ID);
      int number = number(molecule.items().getOrDefault(CONFORMER, ""));
      if (id != null) {
        byId.computeIfAbsent(id, _ -> begin()).add(record);
        open = Optional.empty();
      } else {
        boolean goesOn =
            open.isPresent()
                && open.get().molecule().sameGraph(molecule)
                && (number == 0 || number > lastNumber);
        ConformerEnsemble target = goesOn ? open.get() : begin();
        target.add(record);
        open = Optional.of(target);
      }
      lastNumber = number;
    }

    private ConformerEnsemble begin() {
      ConformerEnsemble ensemble = new ConformerEnsemble();
      all.add(ensemble);
      return ensemble;
    }

    /// The k of "k of n"; 0 if the text does not begin with a number.
    private static int number(String text) {
      int value = 0;
      String stripped = text.strip();
      for (int i = 0; i < stripped.length() && i < 9; i++) {
        char c = stripped.charAt(i);
        if (c < '0' || c > '9') {
          break;
        }
        value = 10 * value + (c - '0');
      }
      return value;
    }
  }
}
