package quotient.cli;

import picocli.CommandLine.Option;

/// Help in two depths, on every verb.
final class HelpOptions {
  /// The name that asks for everything; the short one asks for one screen.
  static final String FULL = "--help";

  @Option(
      names = {"-h", FULL},
      usageHelp = true,
      description = "-h: examples and the main options; --help: everything.")
  private boolean asked;
}
