/// The command line: parses arguments, calls `quotient.models`, prints. No numerics live here.
/// Start reading at {@link quotient.cli.Main}.
package quotient.cli;
