/// The command line.
module quotient.cli {
  requires quotient.models;
  requires quotient.bench;
  requires info.picocli;
  requires com.google.gson;
  requires java.logging;
  requires jdk.incubator.vector;

  opens quotient.cli to
      info.picocli;
}
