package quotient.pretrained;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import quotient.models.backbone.BackboneModel;
import quotient.models.io.PretrainedWeights;

/// The backbone model beside this class; what it is stands in docs/backbone-card.md and in the file itself.
public final class ShippedBackbones implements PretrainedWeights {
  private static final String RESOURCE = "backbone.safetensors";

  @Override
  public String kind() {
    return BackboneModel.KIND;
  }

  @Override
  public InputStream open() throws IOException {
    InputStream stream = ShippedBackbones.class.getResourceAsStream(RESOURCE);
    if (stream == null) {
      throw new FileNotFoundException(RESOURCE + " is not in the jar quotient-pretrained");
    }
    return stream;
  }
}
