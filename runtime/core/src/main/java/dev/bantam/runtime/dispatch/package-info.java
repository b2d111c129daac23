/**
 * Admits requests and runs them on workers: the middle of a request's path. Enter by {@code
 * RequestDispatcher}. Threads: {@code RequestDispatcher} is called on its Vert.x context only;
 * handlers run on worker threads.
 */
@NullMarked
package dev.bantam.runtime.dispatch;

import org.jspecify.annotations.NullMarked;
