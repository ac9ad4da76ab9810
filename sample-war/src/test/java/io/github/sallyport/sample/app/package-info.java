/** Small applications that the container tests deploy, to see what an application sees. */
@NullMarked
package io.github.sallyport.sample.app;

import org.jspecify.annotations.NullMarked;
