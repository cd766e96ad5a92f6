package quotient.models.io;

import java.io.IOException;
import java.nio.file.Path;

/// Named tensors from a file of either kind: safetensors, or PyTorch's and Lightning's archives.
public final class WeightsFile {
  private WeightsFile() {}

  /// Reads a file by its first bytes, whatever its name.
  ///
  /// @throws FormatException if it is neither
  public static Safetensors read(Path path) throws IOException {
    return PyTorchCheckpoint.isArchive(path)
        ? PyTorchCheckpoint.read(path)
        : Safetensors.read(path);
  }
}
