/// The command line.
module quotient.cli {
  requires quotient.models;
  requires info.picocli;
  requires com.google.gson;
  requires java.logging;
  requires jdk.incubator.vector;
  requires static quotient.bench;

  opens quotient.cli to
      info.picocli;
}
