/// Reverse-mode automatic differentiation and optimizers.
module quotient.autodiff {
  requires transitive quotient.tensor;

  exports quotient.autodiff;
  exports quotient.autodiff.op;
  exports quotient.autodiff.optim;
}
