"""The builders of images that lazyoci can drive."""
