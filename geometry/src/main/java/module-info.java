/// Point clouds, symmetry groups, horizontal projections: what quotient spaces need, in double.
module quotient.geometry {
  requires transitive quotient.tensor;

  exports quotient.geometry;
  exports quotient.geometry.shape;
}
