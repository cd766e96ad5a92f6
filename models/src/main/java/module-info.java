/// Diffusion and flow models on quotient spaces: data, networks, losses, samplers, metrics, files.
module quotient.models {
  requires transitive quotient.tensor;
  requires transitive quotient.autodiff;
  requires transitive quotient.geometry;
  requires transitive com.google.gson;
  requires it.unimi.dsi.fastutil.core;

  exports quotient.models.backbone;
  exports quotient.models.data;
  exports quotient.models.demo;
  exports quotient.models.generate;
  exports quotient.models.graph;
  exports quotient.models.interpolant;
  exports quotient.models.io;
  exports quotient.models.loss;
  exports quotient.models.metric;
  exports quotient.models.molecule;
  exports quotient.models.net.layer;
  exports quotient.models.net;
  exports quotient.models.prior;
  exports quotient.models.protein;
  exports quotient.models.report;
  exports quotient.models.sample;
  exports quotient.models.toy;
  exports quotient.models.train;
  exports quotient.models.verify;
  exports quotient.models.conformer;

  uses quotient.models.io.PretrainedWeights;
  uses quotient.models.molecule.Chemistry;
}
