package dev.bantam.format;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Map;

/**
 * What a decoder may keep of beginnings of prompts, beside the caches of the requests under way. A
 * slot's setting {@link #SETTING} says it in MiB; without it nothing is kept.
 */
public final class PrefixMemory {

  /** The slot's setting. */
  public static final String SETTING = "prefix_cache_mb";

  private static final int MOST_MEBIBYTES = 1 << 20;

  private PrefixMemory() {}

  /**
   * The most that is kept, in bytes.
   *
   * @param settings the slot's
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the setting is none
   */
  public static long bytes(Map<String, String> settings) throws TaskException {
    String text = settings.getOrDefault(SETTING, "0").strip();
    if (!text.matches("[0-9]{1,7}") || Integer.parseInt(text) > MOST_MEBIBYTES) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "the slot's setting \"%s\" is \"%s\"; it must be a whole number from 0 to %d"
              .formatted(SETTING, text, MOST_MEBIBYTES));
    }
    return (long) Integer.parseInt(text) << 20;
  }
}
