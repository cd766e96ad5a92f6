package quotient.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.models.io.Safetensors;

final class ConvertTest {
  private static final String WATER =
      """
      water


        3  2  0  0  0  0  0  0  0  0999 V2000
          0.0000    0.0000    0.0000 O   0  0
          0.9600    0.0000    0.0000 H   0  0
         -0.2400    0.9300    0.0000 H   0  0
        1  2  1  0
        1  3  1  0
      M  END
      >  <note>
      kept

      $$$$
      """;

  @TempDir private Path folder = Path.of("");

  private Path input(String text) throws IOException {
    Path file = folder.resolve("in.sdf");
    Files.writeString(file, text);
    return file;
  }

  private CommandLineRun convert(Path in, String out) {
    return CommandLineRun.of("convert", in.toString(), folder.resolve(out).toString());
  }

  @Test
  void structuresKeepCoordinatesAndItems() throws IOException {
    assertEquals(0, convert(input(WATER), "out.sdf").code());
    String sdf = Files.readString(folder.resolve("out.sdf"));
    assertTrue(sdf.contains("   -0.2400    0.9300    0.0000 H"), sdf);
    assertTrue(sdf.contains("<note>\nkept"), sdf);
    assertEquals(0, convert(input(WATER), "out.xyz").code());
    assertTrue(Files.readString(folder.resolve("out.xyz")).startsWith("3\n"));
    assertEquals(0, convert(input(WATER), "out.smi").code());
    assertEquals("O water\n", Files.readString(folder.resolve("out.smi")));
  }

  @Test
  void brokenRecordsAreSkippedAndTold() throws IOException {
    CommandLineRun run = convert(input("x\n\n\n bad counts\n$$$$\n" + WATER), "out.xyz");
    assertEquals(4, run.code(), run.err());
    assertTrue(run.err().contains("record 1"), run.err());
    assertTrue(run.err().contains("1 records written"), run.err());
  }

  @Test
  void nothingReadableLeavesNoFile() throws IOException {
    CommandLineRun run = convert(input("x\n\n\n bad counts\n$$$$\n"), "out.sdf");
    assertEquals(3, run.code(), run.err());
    assertFalse(Files.exists(folder.resolve("out.sdf")));
    assertFalse(Files.exists(folder.resolve("out.sdf.part")));
  }

  @Test
  void aFileOfTorchSaveBecomesSafetensors() throws IOException {
    Path file = folder.resolve("linear.pt");
    try (InputStream stream = ConvertTest.class.getResourceAsStream("linear.pt")) {
      Files.write(file, Objects.requireNonNull(stream).readAllBytes());
    }
    CommandLineRun run = convert(file, "linear.safetensors");
    assertEquals(0, run.code(), run.err());
    Safetensors read = Safetensors.read(folder.resolve("linear.safetensors"));
    assertEquals(List.of("weight", "bias"), List.copyOf(read.names()));
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, read.floats("weight"));
    assertArrayEquals(new float[] {-1, 0.5f}, read.floats("bias"));
  }

  @Test
  void aBrokenCheckpointLeavesNoFile() throws IOException {
    CommandLineRun run = convert(input(WATER), "out.safetensors");
    assertEquals(3, run.code(), run.err());
    assertTrue(run.err().contains("not a zip archive"), run.err());
    assertFalse(Files.exists(folder.resolve("out.safetensors")));
  }

  @Test
  void wrongRequestsHaveTheirExitCodes() throws IOException {
    assertEquals(2, convert(input(WATER), "out.pdbx").code());
    assertEquals(3, convert(folder.resolve("none.sdf"), "out.sdf").code());
    assertEquals(2, CommandLineRun.of("convert", "one.sdf").code());
  }
}
