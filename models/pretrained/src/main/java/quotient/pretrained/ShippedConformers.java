package quotient.pretrained;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import quotient.models.conformer.ConformerModel;
import quotient.models.io.PretrainedWeights;

/// The conformer model beside this class; what it is stands in docs/model-card.md and in the file itself.
public final class ShippedConformers implements PretrainedWeights {
  private static final String RESOURCE = "conformer.safetensors";

  @Override
  public String kind() {
    return ConformerModel.KIND;
  }

  @Override
  public InputStream open() throws IOException {
    InputStream stream = ShippedConformers.class.getResourceAsStream(RESOURCE);
    if (stream == null) {
      throw new FileNotFoundException(RESOURCE + " is not in the jar quotient-pretrained");
    }
    return stream;
  }
}
