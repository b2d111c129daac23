package dev.bantam.inference.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.format.TurnMarkers;
import java.util.ArrayList;
import java.util.List;

/** The ids of a {@code tokenizer.json} that no client's text may become. */
final class SpecialIds {

  private SpecialIds() {}

  static List<Integer> of(JsonNode file) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode added : file.path("added_tokens")) {
      String content = added.path("content").asText();
      if ((added.path("special").asBoolean() || TurnMarkers.isMarker(content))
          && !content.equals(file.path("model").path("unk_token").asText(""))) {
        ids.add(added.path("id").asInt());
      }
    }
    return ids;
  }
}
