package dev.bantam.documents;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.regex.Pattern;

/**
 * Reads JSON that anybody may have sent: bounded in depth and in the length of numbers, one value
 * with nothing behind it, whole numbers as {@code long}. The length of strings is bounded by that
 * of the message.
 */
public final class UntrustedJson {

  /** Characters of a number; longer ones take long to read. */
  public static final int MAX_NUMBER_LENGTH = 100;

  private static final int MAX_DEPTH = 64;

  /** Where in the source something began; of what came over the network Jackson hides it. */
  private static final Pattern SOURCE =
      Pattern.compile("(?s)\\s*\\((start marker at )?\\[Source.*");

  private UntrustedJson() {}

  /**
   * A new mapper.
   *
   * @param namesOnce whether an object with two fields of one name is refused; otherwise the last
   *     counts
   */
  public static JsonMapper mapper(boolean namesOnce) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, namesOnce)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    return JsonMapper.builder(factory)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.USE_LONG_FOR_INTS)
        .build();
  }

  /**
   * What is wrong, in words for people; without the place, which {@link
   * JsonProcessingException#getLocation} knows.
   */
  public static String words(JsonProcessingException fault) {
    return SOURCE.matcher(fault.getOriginalMessage()).replaceFirst("");
  }
}
