package dev.bantam.plugins.textencoding;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;

/** Task {@code classify}, however the model does it. */
interface Classify {

  /** Labels of a text that are answered where the request does not say how many. */
  int USUAL_TOP_K = 5;

  /** Labels of a text that a request may ask for. */
  int MOST_TOP_K = 1000;

  TaskResult answer(RequestBody body, CancellationToken cancellation) throws TaskException;
}
