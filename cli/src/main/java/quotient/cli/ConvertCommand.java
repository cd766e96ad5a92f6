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
import quotient.models.io.PyTorchCheckpoint;
import quotient.models.io.Safetensors;
import quotient.models.io.TextOutput;
import quotient.models.molecule.Chemistry;
import quotient.models.molecule.Molecule;
import quotient.models.molecule.SdfFile;
import quotient.models.molecule.SdfReader;
import quotient.models.molecule.SdfRecord;
import quotient.models.molecule.SdfWriter;
import quotient.models.molecule.StereoPerception;
import quotient.models.molecule.XyzFile;
import quotient.models.protein.Backbone;
import quotient.models.protein.BackboneWriter;
import quotient.models.protein.ChainRules;
import quotient.models.protein.StructureFile;
import quotient.models.train.ModelExport;

/// `quotient convert IN OUT`: structures, and checkpoints of PyTorch to safetensors.
@Command(
    name = "convert",
    header = "structures and checkpoints from one format to another",
    description = {
      "Reads SDF (V2000 and V3000, .gz or not), writes SDF, XYZ or SMILES. Broken records are",
      "skipped and named; the exit code is then 4. Protein chains go from PDB or mmCIF to either.",
      "Checkpoints: reads PyTorch and Lightning files (of torch.save since 1.6), executes nothing of",
      "them, and writes the tensors of their state_dict to .safetensors under their own names.",
      "Models: of a run directory the best model, or a model file, is written to be handed out, with",
      "--half in 16 bits per weight, with --card lines on how it was made.",
    },
    footer = {
      "quotient convert conformers.sdf conformers.xyz",
      "quotient convert old.sdf.gz new.sdf",
      "quotient convert conformers.sdf names.smi",
      "quotient convert chains.cif.gz chains.pdb",
      "quotient convert drugs-so3.ckpt drugs-so3.safetensors",
      "quotient convert runs/first first.safetensors --half --card licence=Apache-2.0",
    })
final class ConvertCommand implements Callable<Integer> {
  private static final String SAFETENSORS = ".safetensors";

  @Mixin private RuntimeOptions runtime = new RuntimeOptions();

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "An SDF, PDB or mmCIF file, a checkpoint, or a run directory.")
  private Path in = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "A .sdf, .xyz or .smi file, or .pdb or .cif; .safetensors for checkpoints.")
  private Path out = Path.of("");

  @Option(
      names = "--format",
      order = 0,
      paramLabel = "NAME",
      description = "Output format, if the name does not tell.")
  private Optional<String> format = Optional.empty();

  @Option(names = "--half", order = 0, description = "Write a model's weights with 16 bits each.")
  private boolean half;

  @Option(
      names = "--card",
      order = 0,
      paramLabel = "KEY=TEXT",
      description =
          "Write that line into the model's card, for instance data, recipe, commit or licence.")
  private Map<String, String> card = new LinkedHashMap<>();

  @Option(
      names = "--sampling",
      order = 0,
      paramLabel = "NAME=VALUE",
      description = "Let the model be sampled like that by default, for instance steps=20.")
  private Map<String, String> sampling = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    try (Session session = runtime.open()) {
      if (out.toString().endsWith(SAFETENSORS)) {
        return checkpoint(session);
      }
      Optional<StructureFile.Format> chains = StructureFile.Format.of(in.toString());
      if (chains.isPresent()) {
        return backbones(session);
      }
      StructureFormat from =
          StructureFormat.of(Optional.empty(), in.toString(), StructureFormat.SDF);
      StructureFormat to = StructureFormat.of(format, out.toString(), StructureFormat.SDF);
      if (from != StructureFormat.SDF) {
        throw new UsageException(in + ": only SDF files hold what a conversion needs");
      }
      session.requireWritable(out);
      try (SdfReader reader = SdfFile.open(in)) {
        if (runtime.dryRun()) {
          session.say("would convert " + in + " to " + out);
          return ExitCode.OK.code();
        }
        long written =
            switch (to) {
              case SDF -> toSdf(session, reader);
              case XYZ -> toXyz(session, reader);
              case SMI -> toSmiles(session, reader);
              case CSV, TSV -> throw new UsageException(out + ": write .sdf, .xyz or .smi");
            };
        session.say(
            written
                + " records written to "
                + out
                + ", "
                + reader.brokenCount()
                + " broken ones skipped");
        return reader.brokenCount() > 0 ? ExitCode.PARTIAL.code() : ExitCode.OK.code();
      }
    }
  }

  private int checkpoint(Session session) throws IOException {
    session.requireWritable(out);
    if (Files.isDirectory(in) || half || !card.isEmpty() || !sampling.isEmpty()) {
      return model(session);
    }
    Safetensors tensors = PyTorchCheckpoint.read(in);
    if (runtime.dryRun()) {
      session.say("would write " + tensors.names().size() + " tensors to " + out);
      return ExitCode.OK.code();
    }
    tensors.write(out);
    session.say(tensors.names().size() + " tensors written to " + out);
    return ExitCode.OK.code();
  }

  private int model(Session session) throws IOException {
    ModelExport model = ModelExport.read(in).withCard(card).withSampling(sampling);
    if (runtime.dryRun()) {
      session.say("would write " + model.size() + " tensors to " + out);
      return ExitCode.OK.code();
    }
    model.write(out, half);
    session.say(model.size() + " tensors written to " + out + ", " + Files.size(out) + " bytes");
    return ExitCode.OK.code();
  }

  private int backbones(Session session) throws IOException {
    StructureFile.Format to =
        StructureFile.Format.of(format.map(name -> "." + name).orElse(out.toString()))
            .orElseThrow(() ->
                new UsageException(
                    out + ": " + in + " holds protein chains; write .pdb or .cif, .gz or not"));
    session.requireWritable(out);
    List<String> problems = new ArrayList<>();
    List<Backbone> read = StructureFile.readAll(in, ChainRules.lenient(), problems::add);
    problems.forEach(problem -> session.warn("left out: " + problem));
    if (runtime.dryRun()) {
      session.say("would convert " + in + " to " + out);
      return ExitCode.OK.code();
    }
    try (BackboneWriter writer = BackboneWriter.create(out, to, runtime.overwrite())) {
      for (Backbone chain : read) {
        session.checkInterrupted();
        writer.write(chain);
      }
      writer.commit();
    }
    session.say(
        read.size() + " chains written to " + out + ", backbone atoms only, residues from 1");
    return problems.isEmpty() ? ExitCode.OK.code() : ExitCode.PARTIAL.code();
  }

  private Optional<SdfRecord> next(Session session, SdfReader reader) throws IOException {
    session.checkInterrupted();
    return reader.nextReadable(e -> session.warn(String.valueOf(e.getMessage())));
  }

  private long requireSome(long written) throws FormatException {
    if (written == 0) {
      throw new FormatException(in + ": no readable record");
    }
    return written;
  }

  private long toSdf(Session session, SdfReader reader) throws IOException {
    try (SdfWriter writer = SdfWriter.create(out, runtime.overwrite())) {
      for (Optional<SdfRecord> r = next(session, reader);
          r.isPresent();
          r = next(session, reader)) {
        writer.write(kekule(r.get()));
      }
      requireSome(writer.recordCount());
      writer.commit();
      return writer.recordCount();
    }
  }

  private static SdfRecord kekule(SdfRecord record) throws FormatException {
    Molecule molecule = record.molecule();
    return molecule.hasAromaticBonds()
        ? SdfRecord.of(Chemistry.provider().assignBondOrders(molecule), record.coordinates())
        : record;
  }

  private long toXyz(Session session, SdfReader reader) throws IOException {
    try (XyzFile.Writer writer = XyzFile.Writer.create(out, runtime.overwrite())) {
      long written = 0;
      for (Optional<SdfRecord> r = next(session, reader);
          r.isPresent();
          r = next(session, reader)) {
        writer.write(r.get().molecule(), r.get().coordinates(), 0, Map.of());
        written++;
      }
      requireSome(written);
      writer.commit();
      return written;
    }
  }

  private long toSmiles(Session session, SdfReader reader) throws IOException {
    try (TextOutput output = TextOutput.create(out, runtime.overwrite())) {
      long written = 0;
      for (Optional<SdfRecord> r = next(session, reader);
          r.isPresent();
          r = next(session, reader)) {
        SdfRecord record = kekule(r.get());
        Molecule marked = StereoPerception.of(record.molecule(), record.coordinates());
        String smiles = Chemistry.provider().writeSmiles(marked, Chemistry.SmilesStyle.ISOMERIC);
        output.write(smiles + " " + record.molecule().title() + "\n");
        written++;
      }
      requireSome(written);
      output.commit();
      return written;
    }
  }
}
