package quotient.cli;

/// What the process says to a script; the numbers are part of the command-line contract.
enum ExitCode {
  /// All done.
  OK(0, "all done"),
  /// A fault of the program or of the machine.
  INTERNAL(1, "internal error"),
  /// The command line asks for something that does not exist or makes no sense.
  USAGE(2, "wrong usage"),
  /// A file that cannot be read or does not hold what it should.
  INPUT(3, "unreadable or invalid input or checkpoint"),
  /// Finished, but some items failed.
  PARTIAL(4, "finished, some items failed"),
  /// The loss of a training is no longer a number.
  DIVERGED(5, "training diverged"),
  /// A check of the program against theory failed.
  VERIFICATION(6, "a verification failed"),
  /// Stopped by a signal after closing files.
  INTERRUPTED(130, "interrupted after closing files");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }
}
