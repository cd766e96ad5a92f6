/// The weights that the program ships. Leave this module out to do without them.
module quotient.pretrained {
  requires quotient.models;

  provides quotient.models.io.PretrainedWeights with
      quotient.pretrained.ShippedConformers,
      quotient.pretrained.ShippedBackbones;
}
