package quotient.tensor.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WrittenTextTest {
  @Test
  void registerTilesAreWhatTheWriterWrites() throws IOException {
    Path folder = Path.of("src/main/java/quotient/tensor/kernel");
    for (String type : TileWriter.types()) {
      String text = Files.readString(folder.resolve(type + ".java"));
      assertEquals(
          TileWriter.text(type),
          text.replace("\r\n", "\n"),
          type + ".java was changed by hand; change TileWriter and run it");
    }
  }

  @Test
  void theTranspositionIsWhatItsWriterWrites() throws IOException {
    Path folder = Path.of("src/main/java/quotient/tensor/kernel");
    String text = Files.readString(folder.resolve(TransposeWriter.TYPE + ".java"));
    assertEquals(
        TransposeWriter.text(),
        text.replace("\r\n", "\n"),
        "changed by hand; change TransposeWriter and run it");
  }

  @Test
  void loopsOfFunctionsAreWhatTheWriterWrites() throws IOException {
    Path folder = Path.of("src/main/java/quotient/tensor/kernel");
    for (String type : FunctionWriter.types()) {
      String text = Files.readString(folder.resolve(type + ".java"));
      assertEquals(
          FunctionWriter.text(type),
          text.replace("\r\n", "\n"),
          type + ".java was changed by hand; change FunctionWriter and run it");
    }
  }
}
