package quotient.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program's entry point.
@Command(
    name = "quotient",
    mixinStandardHelpOptions = true,
    version = "quotient 0.1.0-SNAPSHOT",
    description = "Diffusion and flow models on quotient spaces.")
public final class Main implements Runnable {
  private final CommandLine commandLine = new CommandLine(this);

  /// Runs one command and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(new Main().commandLine.execute(args));
  }

  @Override
  public void run() {
    commandLine.usage(System.out);
  }
}
