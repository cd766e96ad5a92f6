package quotient.cli;

import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The three streams of the process, so that a test can hand in its own.
///
/// @param in data in
/// @param out data out
/// @param err talk out
/// @param interactive whether a person is looking at `err`
record Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {

  /// The streams of this process, in UTF-8.
  ///
  /// A console counts as interactive only if neither input nor output is redirected.
  static Terminal ofProcess() {
    return new Terminal(
        System.in,
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
  }
}
