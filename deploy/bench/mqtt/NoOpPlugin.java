import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Does nothing, and says when it did: {@code entered} and {@code left} are nanoseconds of the
 * machine's monotonic clock. {@code text} is another one at each execution.
 */
public final class NoOpPlugin implements Plugin {

  @Override
  public String name() {
    return "no-op";
  }

  @Override
  public Set<String> tasks() {
    return Set.of("no-op");
  }

  @Override
  public LoadedModel load(ModelFiles files, LoadContext context) {
    return new LoadedModel() {
      @Override
      public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken token) {
        long entered = System.nanoTime();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("entered", entered);
        String text = Long.toHexString(ThreadLocalRandom.current().nextLong());
        fields.put("left", System.nanoTime());
        return new TaskResult(
            text, Optional.empty(), Optional.empty(), Optional.empty(), fields);
      }

      @Override
      public void close() {}
    };
  }
}
