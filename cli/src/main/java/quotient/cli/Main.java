package quotient.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program `quotient`: finds the verb, prepares the process for it, runs it, and turns whatever
/// happens into an exit code and at most one line on standard error.
@Command(
    name = "quotient",
    header = "quotient-space diffusion on the CPU",
    versionProvider = Version.class,
    description = "Trains and samples diffusion models of shapes modulo rotation, in pure Java.",
    footer = {
      "quotient demo",
      "quotient train conformer --out runs/first --steps 500 --seed 1",
      "quotient sample conformer --model runs/first --smiles \"CC(C)CO\" -n 10 -o out.sdf",
      "quotient report runs/first",
      "quotient info --self-test",
    },
    subcommands = {
      DemoCommand.class,
      TrainCommand.class,
      SampleCommand.class,
      EvaluateCommand.class,
      VerifyCommand.class,
      ReportCommand.class,
      ConvertCommand.class,
      InfoCommand.class,
      ForwardCommand.class,
      BenchCommand.class,
      GenerateCompletion.class,
      HelpCommand.class,
    })
public final class Main implements Callable<Integer> {
  /// Read by the library when its kernel classes load.
  private static final String KERNELS_PROPERTY = "quotient.kernels";

  private final Terminal terminal;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin
  @SuppressWarnings("UnusedVariable")
  private HelpOptions help = new HelpOptions();

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and leave.")
  @SuppressWarnings("UnusedVariable")
  private boolean version;

  private Main(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] args) {
    Interruption interruption = Interruption.install();
    int code = run(args, Terminal.ofProcess());
    interruption.done();
    System.exit(code);
  }

  /// Runs one command line in this process.
  ///
  /// @return the exit code
  static int run(String[] args, Terminal terminal) {
    CommandLine line = new CommandLine(new Main(terminal));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    Objects.requireNonNull(line.getSubcommands().get("generate-completion"))
        .getCommandSpec()
        .usageMessage()
        .header("print a completion script for bash and zsh")
        .footer("source <(quotient generate-completion)");
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    try {
      ConfigFile config = ConfigFile.find(args);
      line.setDefaultValueProvider(config);
      line.setExecutionStrategy(parsed -> execute(parsed, config, terminal));
      line.setParameterExceptionHandler((e, _) -> rejected(e, terminal.err()));
      line.setExecutionExceptionHandler((e, _, parsed) -> failed(e, isVerbose(parsed), terminal));
      return line.execute(args);
    } catch (IOException | RuntimeException | Error e) {
      return failed(e, List.of(args).contains("--verbose"), terminal);
    } finally {
      terminal.out().flush();
      terminal.err().flush();
    }
  }

  /// The streams that this process's commands talk to.
  static Terminal terminalOf(CommandSpec spec) {
    return ((Main) spec.root().userObject()).terminal;
  }

  /// Without a verb: what there is to choose from, as talk and not as data.
  @Override
  public Integer call() {
    return askForKind(spec);
  }

  /// Answers a command line that ends before its verb or kind does.
  static int askForKind(CommandSpec spec) {
    terminalOf(spec).err().print(new HelpText(spec, true).brief());
    return ExitCode.USAGE.code();
  }

  private static int execute(ParseResult parsed, ConfigFile config, Terminal terminal) {
    List<CommandLine> lines = parsed.asCommandLineList();
    CommandLine last = lines.getLast();
    ParseResult own = last.getParseResult();
    boolean color = !own.hasMatchedOption("--no-color");
    if (own.isUsageHelpRequested()) {
      HelpText text = new HelpText(last.getCommandSpec(), color);
      boolean all = own.originalArgs().contains(HelpOptions.FULL);
      terminal.out().print(all ? text.full() : text.brief());
      return ExitCode.OK.code();
    }
    if (own.isVersionHelpRequested()) {
      last.printVersionHelp(terminal.out());
      return ExitCode.OK.code();
    }
    try {
      config.checkKeys(last.getCommandSpec());
      for (CommandSpec mixin : last.getCommandSpec().mixins().values()) {
        if (mixin.userObject() instanceof RuntimeOptions options) {
          prepareProcess(options);
        }
      }
    } catch (UsageException e) {
      throw new ExecutionException(last, "options", e);
    }
    return new RunLast().execute(parsed);
  }

  private static void prepareProcess(RuntimeOptions options) {
    if (options.kernels() != RuntimeOptions.KernelChoice.AUTO) {
      System.setProperty(KERNELS_PROPERTY, options.kernels().property());
    }
    Level level = options.verbose() ? Level.FINE : options.quiet() ? Level.SEVERE : Level.WARNING;
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      handler.setLevel(level);
    }
    Logger own = Logger.getLogger("quotient");
    own.setLevel(level);
  }

  private static int rejected(ParameterException e, PrintStream err) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    String path = spec.qualifiedName(" ");
    String text = String.valueOf(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      text += "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    Failure failure = Failure.of(new UsageException(text));
    err.println(path + ": " + failure.line() + "; see '" + path + " -h'");
    return failure.code().code();
  }

  private static boolean isVerbose(ParseResult parsed) {
    return parsed.asCommandLineList().getLast().getParseResult().hasMatchedOption("--verbose");
  }

  private static int failed(Throwable thrown, boolean verbose, Terminal terminal) {
    Failure failure = Failure.of(thrown);
    terminal.err().println("quotient: " + failure.line());
    if (verbose) {
      thrown.printStackTrace(terminal.err());
    }
    return failure.code().code();
  }
}
