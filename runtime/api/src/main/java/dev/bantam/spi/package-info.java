/**
 * The plugin SPI: all that a plugin author must read.
 *
 * <p>A <em>plugin</em> is a jar that adds <em>tasks</em> ({@code chat}, {@code classify}, ...). The
 * runtime finds it through {@link java.util.ServiceLoader}, and enters by {@link
 * dev.bantam.spi.Plugin}:
 *
 * <ol>
 *   <li>{@link dev.bantam.spi.Plugin#load} turns the files of one model variant into a {@link
 *       dev.bantam.spi.LoadedModel}. This may take seconds and much memory.
 *   <li>{@link dev.bantam.spi.LoadedModel#handle} answers one request for one task. It is called by
 *       many worker threads at once.
 *   <li>{@link dev.bantam.spi.LoadedModel#close} gives the memory back. The runtime calls it once,
 *       after the last request has returned.
 * </ol>
 *
 * <p><strong>Threads.</strong> Everything here is called on worker threads and may block. Nothing
 * is ever called on an event loop.
 *
 * <p><strong>Errors.</strong> A plugin throws {@link dev.bantam.spi.TaskException} with an {@link
 * dev.bantam.spi.ErrorCode}; its message is shown to the client and says what to do next. Any other
 * exception is reported as {@link dev.bantam.spi.ErrorCode#PLUGIN_FAILED}.
 *
 * <p>The smallest complete plugin answers a request with its own text:
 *
 * <pre>{@code
 * public final class EchoPlugin implements Plugin {
 *   public String name() { return "echo"; }
 *   public Set<String> tasks() { return Set.of("echo"); }
 *   public LoadedModel load(ModelFiles files, LoadContext context) {
 *     return (request, sink, cancellation) -> {
 *       String text = request.body().text("prompt");
 *       sink.delta(text);
 *       return TaskResult.ofText(text);
 *     };
 *   }
 * }
 * }</pre>
 *
 * <p>with one line, the class's name, in {@code META-INF/services/dev.bantam.spi.Plugin}.
 */
@NullMarked
package dev.bantam.spi;

import org.jspecify.annotations.NullMarked;
