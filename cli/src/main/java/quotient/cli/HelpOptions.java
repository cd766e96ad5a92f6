package quotient.cli;

import picocli.CommandLine.Option;

/// Help in two depths, on every verb. picocli sets the field; asking picocli is enough to read it.
@SuppressWarnings("UnusedVariable")
final class HelpOptions {
  /// The name that asks for everything; the short one asks for one screen.
  static final String FULL = "--help";

  @Option(
      names = {"-h", FULL},
      usageHelp = true,
      description = "-h: examples and the main options; --help: everything.")
  private boolean asked;
}
