package quotient.models.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import quotient.tensor.Shape;
import quotient.tensor.random.Philox;

final class PyTorchCheckpointTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("epoch=3.ckpt");
  }

  /// As Lightning writes: other entries before and after the weights, objects of unknown classes.
  private TorchFile lightning() {
    return new TorchFile()
        .dictionary()
        .text("epoch")
        .integer(3)
        .text("pytorch-lightning_version")
        .text("2.1.0")
        .text("hyper_parameters")
        .global("os", "system")
        .code('(')
        .text("touch " + folder.resolve("executed"))
        .code('t')
        .code('R')
        .text("state_dict")
        .orderedDictionary()
        .text("network.a.weight")
        .tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3)
        .text("network.a.bias")
        .tensor(new float[] {-1, 0.5f}, 2)
        .text("network.scalar")
        .tensor(new float[] {7})
        .end()
        .text("callbacks")
        .dictionary()
        .text("best")
        .global("mylib", "Thing")
        .code(')')
        .code((char) 0x81)
        .end()
        .end();
  }

  @Test
  void tensorsOfTheStateDictAreReadByNameAndNothingIsExecuted() throws IOException {
    lightning().write(file());
    Safetensors read = WeightsFile.read(file());
    assertEquals(
        List.of("network.a.weight", "network.a.bias", "network.scalar"), List.copyOf(read.names()));
    assertEquals(Shape.of(2, 3), read.shape("network.a.weight"));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, read.floats("network.a.weight"));
    assertArrayEquals(new float[] {-1, 0.5f}, read.floats("network.a.bias"));
    assertEquals(Shape.of(), read.shape("network.scalar"));
    assertEquals("3", read.metadata().get("epoch"));
    assertEquals("2.1.0", read.metadata().get("pytorch-lightning_version"));
    assertFalse(Files.exists(folder.resolve("executed")));
  }

  @Test
  void aPlainStateDictAndParametersAreReadToo() throws IOException {
    new TorchFile()
        .orderedDictionary()
        .text("w")
        .global("torch._utils", "_rebuild_parameter")
        .code('(')
        .tensor(new float[] {1, 2}, 2)
        .code((char) 0x88)
        .global("collections", "OrderedDict")
        .code(')')
        .code('R')
        .code('t')
        .code('R')
        .end()
        .write(file());
    assertArrayEquals(new float[] {1, 2}, PyTorchCheckpoint.read(file()).floats("w"));
  }

  @Test
  void viewsOfSharedStoragesAreGatheredRowByRow() throws IOException {
    ByteBuffer halves = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer longs = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 6; i++) {
      halves.putShort(Float.floatToFloat16(i));
    }
    longs.putLong(5).putLong(-6);
    new TorchFile()
        .dictionary()
        .text("transposed")
        .view("HalfStorage", "h", 6, 0, new int[] {3, 2}, new int[] {1, 3})
        .text("tail")
        .view("HalfStorage", "h", 6, 4, new int[] {2}, new int[] {1})
        .text("counts")
        .view("LongStorage", "l", 2, 0, new int[] {2}, new int[] {1})
        .end()
        .storage("h", halves.array())
        .storage("l", longs.array())
        .write(file());
    Safetensors read = PyTorchCheckpoint.read(file());
    assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, read.floats("transposed"));
    assertArrayEquals(new float[] {4, 5}, read.floats("tail"));
    assertArrayEquals(new int[] {5, -6}, read.ints("counts"));
  }

  @Test
  void whatIsNoTensorInTheStateDictIsNamed() throws IOException {
    new TorchFile()
        .dictionary()
        .text("state_dict")
        .dictionary()
        .text("bad")
        .global("mylib", "Thing")
        .code(')')
        .code('R')
        .end()
        .end()
        .write(file());
    message("bad is no tensor but an object of mylib.Thing");
  }

  @Test
  void tensorsBeyondTheirStorageAreRefused() throws IOException {
    new TorchFile()
        .dictionary()
        .text("w")
        .view("FloatStorage", "0", 4, 0, new int[] {1000, 1000}, new int[] {0, 0})
        .end()
        .storage("0", new byte[16])
        .write(file());
    message("w: reaches beyond its storage of 4 numbers");
    new TorchFile()
        .dictionary()
        .text("w")
        .view("FloatStorage", "0", 5, 0, new int[] {2}, new int[] {1})
        .end()
        .storage("0", new byte[16])
        .write(file());
    message("16 bytes, expected 20");
    new TorchFile()
        .dictionary()
        .text("w")
        .view("ComplexFloatStorage", "0", 2, 0, new int[] {2}, new int[] {1})
        .end()
        .storage("0", new byte[16])
        .write(file());
    message("w: numbers of kind torch.ComplexFloatStorage");
  }

  @Test
  void otherFilesAreRefusedWithTheWayOut() throws IOException {
    Files.write(file(), new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c});
    message("PyTorch writes such files since 1.6");
    Files.writeString(file(), "");
    message("not a zip archive");
    Files.write(file(), new byte[] {'P', 'K', 3, 4, 0, 0, 0});
    message("damaged zip archive");
    new TorchFile().integer(4).write(file());
    message("holds no dictionary of tensors");
    new TorchFile().dictionary().end().write(file());
    message("holds no tensors, and no state_dict");
  }

  private void message(String part) {
    FormatException e = assertThrows(FormatException.class, () -> PyTorchCheckpoint.read(file()));
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertTrue(e.getMessage().startsWith(file().toString()), e.getMessage());
  }

  @Test
  void anyDamageToThePickleIsAFormatException() throws IOException {
    lightning().write(file());
    byte[] whole = pickleOf(file());
    byte[] random = new byte[64];
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = whole.clone();
      for (int k = 0; k < 3; k++) {
        int draw = (int) Philox.low(i, 0, k);
        damaged[Math.floorMod(draw, damaged.length)] = (byte) (draw >>> 16);
      }
      assertReadsOrRefuses(damaged);
      for (int k = 0; k < random.length; k++) {
        random[k] = (byte) Philox.low(i, 1, k);
      }
      assertReadsOrRefuses(random);
    }
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(FormatException.class, () -> Pickle.read(cut, "cut"));
    }
  }

  private static void assertReadsOrRefuses(byte[] program) {
    try {
      assertTrue(!Pickle.read(program, "damaged").getClass().getName().isEmpty());
    } catch (FormatException e) {
      assertTrue(e.getMessage().startsWith("damaged"), e.getMessage());
    }
  }

  private static byte[] pickleOf(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return zip.getInputStream(zip.getEntry("archive/data.pkl")).readAllBytes();
    }
  }

  @Test
  void numbersAndTextOfOtherProtocolsAreRead() throws IOException {
    assertEquals(70000L, read("I70000\n."));
    assertEquals(true, read("I01\n."));
    assertEquals(-2L, read("\u008a\u0001\u00fe."));
    assertEquals(0L, read("\u008a\u0000."));
    assertEquals(1.5, read("F1.5\n."));
    assertEquals(-1.0, read("G\u00bf\u00f0\0\0\0\0\0\0."));
    assertEquals("ab", read("\u0080\u0004\u008c\u0002ab\u0094."));
    assertEquals(List.of(1L, 2L, 3L), read("K\u0001K\u0002K\u0003\u0087."));
    assertEquals(List.of(1L, 1L), read("]K\u0001\u0094ah\u0000a."));
    assertEquals(Map.of(1L, "x"), read("(K\u0001\u008c\u0001xd."));
    assertEquals(new Pickle.Global("a.b", "C"), read("\u008c\u0003a.b\u008c\u0001C\u0093."));
  }

  private static Object read(String latin) throws FormatException {
    return Pickle.read(latin.getBytes(StandardCharsets.ISO_8859_1), "test");
  }
}
