package quotient.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.conformer.ConformerModel;
import quotient.models.data.ConformerDataset;
import quotient.models.data.ConformerSet;
import quotient.models.data.ExclusionList;
import quotient.models.io.PretrainedWeights;
import quotient.models.io.Safetensors;

/// What is claimed of the shipped conformer model.
final class ShippedConformersTest {
  private static final int MOST_PARAMETERS = 6_000_000;
  private static final int MOST_BYTES = 12_000_000;

  private static final List<String> MMFF =
      List.of(
          "mmff-pretrain/part-0",
          "mmff-pretrain/part-1",
          "mmff-pretrain/part-2",
          "mmff-pretrain/part-3");

  private static final List<String> XTB = List.of("xtb-druglike/train", "mini-geom-qm9/train");

  /// The files of each stage of the training, in their order; the first stage holds all there are.
  private static final List<List<String>> STAGES =
      List.of(
          joined(List.of(MMFF, XTB)),
          joined(List.of(XTB, XTB, XTB, XTB, XTB, XTB, MMFF)),
          XTB,
          List.of("xtb-druglike/train", "xtb-druglike/train", "mini-geom-qm9/train"));

  private static List<String> joined(List<List<String>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }

  @TempDir private Path folder = Path.of("");

  private static Safetensors file() throws IOException {
    try (InputStream stream = PretrainedWeights.require(ConformerModel.KIND).open()) {
      return Safetensors.read(stream, "shipped");
    }
  }

  @Test
  void theShippedModelIsFoundAndSmall() throws IOException {
    assertTrue(PretrainedWeights.require(ConformerModel.KIND) instanceof ShippedConformers);
    long parameters = ConformerModel.pretrained().network().parameters().count();
    assertTrue(parameters < MOST_PARAMETERS, "parameters " + parameters);
    try (InputStream stream = PretrainedWeights.require(ConformerModel.KIND).open()) {
      int bytes = stream.readAllBytes().length;
      assertTrue(bytes < MOST_BYTES, "bytes " + bytes);
    }
  }

  @Test
  void itsWeightsAreFiniteHalvesReadExactly() throws IOException {
    Safetensors file = file();
    for (String name : file.names()) {
      assertEquals(Safetensors.Type.F16, file.type(name), name);
      for (float value : file.floats(name)) {
        assertTrue(Float.isFinite(value), name);
        assertEquals(
            value, Float.float16ToFloat(Float.floatToFloat16(value)), name + ": not 16 bits wide");
      }
    }
  }

  @Test
  void itsCardSaysHowItWasMade() throws IOException {
    JsonObject description = ConformerModel.pretrained().description();
    JsonObject card = description.getAsJsonObject("card");
    for (String line : List.of("name", "data", "recipe", "commit", "licence", "limits")) {
      assertFalse(card.get(line).getAsString().isBlank(), line);
    }
    assertEquals(card.get("licence"), description.get("licence"));
    assertTrue(card.get("commit").getAsString().matches("[0-9a-f]{40}"));
    assertTrue(description.getAsJsonObject("trained").get("steps").getAsLong() > 0);
    assertTrue(description.getAsJsonObject("training").has("seed"));
    assertTrue(description.getAsJsonArray("vocabulary").size() > 20);
  }

  /// The card's claim about its data is the fingerprint of these very files, and none of their
  /// molecules is excluded; so the shipped weights have seen none.
  @Tag("slow")
  @Test
  void nothingExcludedWasTrainedOn() throws IOException {
    ExclusionList excluded = ExclusionList.read(SharedData.file("exclude.txt"));
    Set<String> clean = new HashSet<>();
    for (List<String> stage : STAGES) {
      Path whole = folder.resolve("stage.sdf.gz");
      try (OutputStream out = Files.newOutputStream(whole)) {
        for (String part : stage) {
          Files.copy(SharedData.file(part + ".sdf.gz"), out);
        }
      }
      ConformerDataset data = ConformerDataset.read(whole);
      if (stage.equals(STAGES.getFirst())) {
        for (ConformerSet molecule : data.molecules()) {
          assertFalse(excluded.contains(molecule.molecule()), molecule.name());
        }
      } else {
        assertTrue(STAGES.getFirst().containsAll(stage), "stage " + stage);
      }
      clean.add(String.join(" ", stage) + " = " + data.hash());
      clean.add(data.hash());
    }
    JsonObject description = ConformerModel.pretrained().description();
    String card = description.getAsJsonObject("card").get("data").getAsString();
    String hash = description.get("data").getAsString();
    assertTrue(clean.contains(card + " = " + hash), card + " = " + hash + " not in " + clean);
    if (description.has("history")) {
      for (JsonElement stage : description.getAsJsonArray("history")) {
        String past = stage.getAsJsonObject().get("data").getAsString();
        assertTrue(clean.contains(past), "history " + past + " not in " + clean);
      }
    }
  }
}
