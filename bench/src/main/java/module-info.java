/// Measurements: kernels, blocks and whole steps, beside native peers where those are installed.
module quotient.bench {
  requires java.management;
  requires jdk.management;
  requires transitive quotient.models;

  exports quotient.bench;
}
