package quotient.models.conformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import quotient.autodiff.Parameter;
import quotient.autodiff.ParameterSet;
import quotient.models.io.FormatException;
import quotient.models.io.PyTorchCheckpoint;
import quotient.models.io.TorchFile;
import quotient.models.net.EquivariantGraphTransformer;
import quotient.models.net.EtFlowConfig;
import quotient.tensor.random.RandomKey;

/// Official checkpoints, made small: their names, and shapes as these follow from the width.
final class ReleasedWeightsTest {
  @TempDir Path folder;

  private static ParameterSet weights(EtFlowConfig released) {
    return new EquivariantGraphTransformer(released.sized(16, 3, 8, 6), RandomKey.of(5))
        .parameters();
  }

  private Path checkpoint(ParameterSet weights, String prefix, int leftOut) throws IOException {
    TorchFile file = new TorchFile().dictionary().text("epoch").integer(1).text("state_dict");
    file.orderedDictionary();
    for (Parameter p : weights.parameters()) {
      if (leftOut-- != 0) {
        int[] sizes = new int[p.shape().rank()];
        Arrays.setAll(sizes, p.shape()::dim);
        file.text(prefix + p.name()).tensor(p.value().toArray(), sizes);
      }
    }
    Path path = folder.resolve("last.ckpt");
    file.end().end().write(path);
    return path;
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, etflow-so3, norm",
    "false, true, etflow-o3, norm",
    "true, false, etflow-so3, plain",
    "false, false, etflow-o3, plain"
  })
  void aCheckpointOfEachVariantLoadsByNameWhateverStandsInFront(
      boolean crossing, boolean norm, String network, String head) throws IOException {
    EtFlowConfig released =
        crossing
            ? norm ? EtFlowConfig.QM9_SO3 : EtFlowConfig.DRUGS_SO3
            : norm ? EtFlowConfig.QM9_O3 : EtFlowConfig.DRUGS_O3;
    ParameterSet weights = weights(released);
    for (String prefix : new String[] {"", "ema.module."}) {
      ConformerModel model = ConformerModel.read(checkpoint(weights, prefix, -1));
      ConformerSettings s = model.settings();
      assertEquals(network, s.network());
      assertEquals(head, s.head());
      assertEquals("harmonic", s.prior());
      assertEquals(16, s.width());
      assertEquals(3, s.layers());
      assertEquals(6, s.radial());
      assertArrayEquals(weights.copyValues(), model.network().parameters().copyValues());
    }
  }

  @Test
  void theSafetensorsOfAConversionLoadLikewise() throws IOException {
    ParameterSet weights = weights(EtFlowConfig.DRUGS_O3);
    Path converted = folder.resolve("last.safetensors");
    PyTorchCheckpoint.read(checkpoint(weights, "", -1)).write(converted);
    ConformerModel model = ConformerModel.read(converted);
    assertArrayEquals(weights.copyValues(), model.network().parameters().copyValues());
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    ParameterSet weights = weights(EtFlowConfig.QM9_SO3);
    int missing = weights.parameters().size() - 4;
    Path path = checkpoint(weights, "", missing);
    FormatException e = assertThrows(FormatException.class, () -> ConformerModel.read(path));
    String name = weights.parameters().get(missing).name();
    assertTrue(e.getMessage().contains("has no tensor " + name), e.getMessage());
  }
}
