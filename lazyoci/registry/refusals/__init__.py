"""What a refusal of a registry means: from its status, codes and words to a typed failure with a remedy."""
