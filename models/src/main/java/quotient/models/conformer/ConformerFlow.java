package quotient.models.conformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import quotient.geometry.QuotientSpace;
import quotient.geometry.TotalSpace;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.interpolant.TimeGrid;
import quotient.models.net.MoleculeCondition;
import quotient.models.net.NetworkField;
import quotient.models.prior.BondGraph;
import quotient.models.sample.FlowMeasure;
import quotient.models.sample.SamplingBatch;
import quotient.models.train.Lanes;
import quotient.tensor.random.RandomKey;

/// The paper's Corollary 3 on a trained conformer model: how long the paths of its ODE are with and
/// without projection, and how much of its output only turns molecules.
///
/// @param molecules how many were measured
/// @param quotient mean over molecules, along the horizontal part of the output
/// @param conventional the same starts, along all of the output
public record ConformerFlow(int molecules, FlowMeasure quotient, FlowMeasure conventional) {
  private static final int STEPS = 50;
  private static final int PATHS = 4;

  /// Measures four paths of fifty Euler steps for each of the first molecules.
  ///
  /// @param most how many molecules at most
  public static ConformerFlow of(
      ConformerModel model, ConformerDataset dataset, int most, Lanes lanes, RandomKey key) {
    int count = Math.min(most, dataset.size());
    FlowMeasure[][] quotient = new FlowMeasure[count][];
    FlowMeasure[][] conventional = new FlowMeasure[count][];
    lanes.forEach(
        count,
        (index, tape, lane) -> {
          ConformerSet molecule = dataset.get(index);
          MoleculeCondition condition = new MoleculeCondition();
          BondGraph[] graphs = new BondGraph[PATHS];
          RandomKey[] keys = new RandomKey[PATHS];
          for (int b = 0; b < PATHS; b++) {
            graphs[b] = molecule.bonds();
            keys[b] = key.child(index).child(b);
            NetworkInputs.add(condition.input(), molecule.graph());
          }
          int atoms = PATHS * molecule.atomCount();
          NetworkField<MoleculeCondition> field =
              new NetworkField<>(model.network(), tape, condition, atoms, 3);
          QuotientSpace space = model.space();
          for (boolean full : new boolean[] {false, true}) {
            SamplingBatch batch =
                SamplingBatch.of(
                    full ? new TotalSpace(space) : space,
                    model.interpolant(),
                    model.coupling(),
                    model.prior(),
                    graphs);
            FlowMeasure[] found =
                FlowMeasure.along(
                    batch,
                    space,
                    field,
                    TimeGrid.uniform(STEPS),
                    batch.draw(model.prior(), graphs, keys));
            (full ? conventional : quotient)[index] = found;
          }
        });
    return new ConformerFlow(count, mean(quotient), mean(conventional));
  }

  private static FlowMeasure mean(FlowMeasure[][] parts) {
    List<FlowMeasure> all = new ArrayList<>();
    Arrays.stream(parts).forEach(part -> all.addAll(List.of(part)));
    return FlowMeasure.mean(all.toArray(new FlowMeasure[0]));
  }
}
