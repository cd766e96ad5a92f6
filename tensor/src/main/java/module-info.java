/// SIMD tensors: shapes, kernels, workspaces, threads, random numbers, small dense algebra.
@SuppressWarnings("module")
module quotient.tensor {
  requires static jdk.incubator.vector;
  requires static jdk.management;

  exports quotient.tensor;
  exports quotient.tensor.kernel to
      quotient.autodiff,
      quotient.geometry,
      quotient.models,
      quotient.bench;
  exports quotient.tensor.linalg;
  exports quotient.tensor.parallel;
  exports quotient.tensor.random;
}
