package dev.bantam.spi;

import java.util.Set;

/**
 * Adds tasks to the runtime. One instance serves the whole process; it must have a no-arg
 * constructor.
 */
public interface Plugin {

  /**
   * The name by which a device profile's slot refers to this plugin, for example {@code
   * text-generation}.
   */
  String name();

  /**
   * The tasks this plugin can serve; each is one topic level and matches {@code
   * [a-z0-9][a-z0-9-]*}.
   */
  Set<String> tasks();

  /**
   * Loads one model variant. Blocking; called on a worker thread, possibly while another version of
   * the model still serves.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the files are not what this
   *     plugin can run, with {@link ErrorCode#OUT_OF_MEMORY} if they do not fit
   */
  LoadedModel load(ModelFiles files, LoadContext context) throws TaskException;
}
