package quotient.models.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import quotient.models.conformer.ConformerSettings;
import quotient.models.train.TrainSettings;

final class RecordJsonTest {
  @Test
  void settingsSurviveTheRoundTrip() throws FormatException {
    TrainSettings settings = TrainSettings.defaults(777);
    JsonObject json = RecordJson.toJson(settings);
    assertEquals(777, json.get("steps").getAsLong());
    assertEquals("cosine", json.get("schedule").getAsString());
    TrainSettings other = TrainSettings.defaults(5);
    assertEquals(settings, RecordJson.merge(other, json, "config.json"));
  }

  @Test
  void everyPresetIsValidAndSurvivesTheRoundTrip() throws FormatException {
    for (String name : ConformerSettings.PRESETS) {
      ConformerSettings preset = ConformerSettings.preset(name);
      JsonObject json = RecordJson.toJson(preset);
      assertEquals(preset, RecordJson.merge(ConformerSettings.preset("tiny"), json, name));
      assertTrue(ConformerSettings.presetTraining(name).steps() > 0);
    }
  }

  @Test
  void unknownNamesWrongTypesAndRefusedValuesAreErrors() {
    TrainSettings defaults = TrainSettings.defaults(5);
    for (String bad :
        new String[] {
          "{\"stepz\":3}",
          "{\"steps\":\"many\"}",
          "{\"steps\":1.5}",
          "{\"clip\":\"hard\"}",
          "{\"steps\":[3]}"
        }) {
      JsonObject json = JsonParser.parseString(bad).getAsJsonObject();
      assertThrows(FormatException.class, () -> RecordJson.merge(defaults, json, "c"), bad);
    }
    JsonObject negative = JsonParser.parseString("{\"steps\":-3}").getAsJsonObject();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> RecordJson.merge(defaults, negative, "c"));
    assertEquals("steps: expected a positive number, found -3", e.getMessage());
  }
}
