package quotient.cli;

import picocli.CommandLine.Option;

/// Help in two depths, on every verb.
final class HelpOptions {
  static final String SHORT = "-h";
  static final String FULL = "--help";

  @Option(names = SHORT, usageHelp = true, description = "Examples and the main options.")
  private boolean shortHelp;

  @Option(names = FULL, usageHelp = true, description = "All options with their defaults.")
  private boolean fullHelp;
}
