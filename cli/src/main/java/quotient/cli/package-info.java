/// The command line: one `*Command` per verb, which parses, calls `models` and prints.
///
/// Start with {@link quotient.cli.Main}. Options shared by all verbs are in {@link
/// quotient.cli.RuntimeOptions}, what a running verb needs in {@link quotient.cli.Session}, and the
/// one place that turns exceptions into exit codes is {@link quotient.cli.Failure}. No numerics.
package quotient.cli;
