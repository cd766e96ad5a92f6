package quotient.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import quotient.models.io.FormatException;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;
import quotient.models.protein.Backbone;
import quotient.models.protein.ChainRules;
import quotient.models.protein.StructureFile;
import quotient.models.report.BackboneView;
import quotient.models.report.EnsembleView;
import quotient.models.report.HtmlReport;
import quotient.models.report.MoleculeView;
import quotient.models.report.Section;
import quotient.models.train.RunDirectory;
import quotient.models.train.RunReport;

/// `quotient report RUN`.
@Command(
    name = "report",
    header = "one offline HTML page from a run directory or a structure file",
    footer = {
      "quotient report runs/first",
      "quotient report generated.sdf --out generated.html",
    })
final class ReportCommand implements Callable<Integer> {
  /// Molecules drawn of a structure file.
  private static final int MOST_MOLECULES = 100;

  /// Conformers drawn of a molecule.
  private static final int MOST_CONFORMERS = 50;

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Parameters(
      paramLabel = "RUN",
      description = "A run directory, or an SDF, PDB or mmCIF file (.gz or not).")
  private Path source = Path.of("");

  @Option(
      names = {"-o", "--out"},
      order = 0,
      paramLabel = "FILE.html",
      description = "Where the page goes. Default: report.html in the run, or beside the file.")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--no-viewer",
      order = 0,
      description = "Leave the molecule viewer out: half a megabyte less.")
  private boolean noViewer;

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      boolean run = Files.isDirectory(source);
      Path target =
          out.or(runtime::report)
              .orElse(
                  run
                      ? new RunDirectory(source).report()
                      : source.resolveSibling(
                          source
                                  .getFileName()
                                  .toString()
                                  .replaceFirst("\\.(sdf|pdb|ent|cif)(\\.gz)?$", "")
                              + ".html"));
      HtmlReport page =
          run
              ? RunReport.of(new RunDirectory(source))
              : StructureFile.Format.of(source.toString()).isPresent()
                  ? backbones(session)
                  : structures(session);
      if (noViewer) {
        page.withoutViewer();
      }
      boolean ownReport = run && target.equals(new RunDirectory(source).report());
      if (!ownReport) {
        session.requireWritable(target);
      }
      if (runtime.dryRun()) {
        session.say("would write " + target);
        return ExitCode.OK.code();
      }
      page.write(target);
      session.say("written to " + target);
      return ExitCode.OK.code();
    }
  }

  private HtmlReport structures(Session session) throws IOException {
    List<MoleculeView> views = new ArrayList<>();
    long records = 0;
    try (SdfReader reader = SdfFile.open(source)) {
      List<SdfRecord> group = new ArrayList<>();
      while (true) {
        Optional<SdfRecord> next =
            reader.nextReadable(e -> session.warn(String.valueOf(e.getMessage())));
        boolean belongs =
            next.isPresent()
                && !group.isEmpty()
                && next.get().molecule().title().equals(group.getFirst().molecule().title())
                && next.get().molecule().sameGraph(group.getFirst().molecule());
        if (!belongs && !group.isEmpty()) {
          if (views.size() < MOST_MOLECULES) {
            views.add(view(group));
          }
          group.clear();
        }
        if (next.isEmpty()) {
          break;
        }
        records++;
        group.add(next.get());
      }
    }
    if (records == 0) {
      throw new FormatException(source + ": no readable record");
    }
    return new HtmlReport(source.getFileName().toString(), "Conformers of a structure file.")
        .highlight("records", String.valueOf(records))
        .highlight("molecules shown", String.valueOf(views.size()))
        .add(
            new Section.Gallery(
                "Molecules",
                "Heavy atoms superposed on the first conformer; at most "
                    + MOST_MOLECULES
                    + " molecules and "
                    + MOST_CONFORMERS
                    + " conformers of each.",
                views));
  }

  private HtmlReport backbones(Session session) throws IOException {
    List<Backbone> chains =
        StructureFile.readAll(
            source, ChainRules.lenient(), problem -> session.warn("left out: " + problem));
    return new HtmlReport(source.getFileName().toString(), "Chains of a structure file.")
        .highlight("chains", String.valueOf(chains.size()))
        .add(
            new Section.Gallery(
                "Chains",
                "Alpha carbons, drawn as tubes; at most " + MOST_MOLECULES + " chains.",
                chains.stream().limit(MOST_MOLECULES).map(BackboneView::of).toList()));
  }

  private static MoleculeView view(List<SdfRecord> group) {
    SdfRecord first = group.getFirst();
    EnsembleView view = new EnsembleView(first.molecule());
    for (int k = 0; k < Math.min(MOST_CONFORMERS, group.size()); k++) {
      view.add("record " + group.get(k).number(), false, group.get(k).coordinates());
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("conformers", String.valueOf(group.size()));
    facts.put("formula", first.molecule().formula());
    first.molecule().smiles().ifPresent(smiles -> facts.put("SMILES", smiles));
    String title = first.molecule().title();
    return view.build(title.isBlank() ? "record " + first.number() : title, facts);
  }
}
